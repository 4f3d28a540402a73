"""Made-up births for the sync bench: 46 fields each, as the real form stores them, from a seed.

Nobody in them exists. Nothing is shared with what the sync's dictionary was trained on: neither a
list of words nor the seed.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from bench.sync import words
from config.lookups import lookup
from config.regions import Regions

SEED = 20_260_817
CITY = "14.71"
FIELDS = 46
"""Of the form's 51: two passports, their countries and the other city belong to other families."""

_REPORTERS = ("kakek", "nenek", "paman", "bibi", "saudara")


class Births:
    """An endless source of births, the same for the same seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.dice = random.Random(seed)
        self._wards = [(one.code, one.code.split(".")[2]) for one in Regions.load(city=CITY).places]
        self._work = [one.code for one in lookup("pekerjaan").items]

    def one(self, today: date) -> dict[str, str]:
        """A birth of the last weeks, its 46 fields filled in."""
        dice = self.dice
        boy = dice.random() < 0.51
        family = dice.choice(words.FAMILIES)
        ward, district = dice.choice(self._wards)
        mother, father = (
            self._person(words.WOMEN, 17, 44, today),
            self._person(words.MEN, 19, 55, today),
        )
        mother_name, mother_born = mother
        father_name, father_born = father
        child = dice.sample(words.BOYS if boy else words.GIRLS, dice.choice((1, 2, 2, 2, 3)))
        return {
            "anak_nama": " ".join([*child, family]),
            "anak_jk": "L" if boy else "P",
            "anak_tgl_lahir": (today - timedelta(days=dice.randrange(1, 40))).isoformat(),
            "anak_pukul": f"{dice.randrange(24):02}:{dice.randrange(60):02}",
            "anak_tempat_dilahirkan": "1",
            "anak_fasilitas": dice.choice(words.HOSPITALS),
            "anak_tempat_lahir": "PEKANBARU",
            "anak_kembar": dice.choices("12", (97, 3))[0],
            "anak_ke": str(min(1 + int(dice.expovariate(0.8)), 9)),
            "anak_penolong": dice.choices("12", (60, 40))[0],
            "anak_berat": str(round(dice.gauss(3100, 380) / 10) * 10),
            "anak_panjang": str(round(dice.gauss(49, 1.6))),
            "ibu_nama": mother_name,
            "ibu_wn": "WNI",
            "ibu_nik": self._nik(district, mother_born, woman=True),
            "ibu_tempat_lahir": dice.choice(words.TOWNS),
            "ibu_tgl_lahir": mother_born.isoformat(),
            "ibu_pekerjaan": dice.choice(("2", "2", dice.choice(self._work))),
            "ayah_dicatat": "ya",
            "ayah_nama": father_name,
            "ayah_wn": "WNI",
            "ayah_nik": self._nik(district, father_born),
            "ayah_tempat_lahir": dice.choice(words.TOWNS),
            "ayah_tgl_lahir": father_born.isoformat(),
            "ayah_pekerjaan": dice.choice(self._work),
            "no_kk": self._family_card(district, today),
            "domisili": "dalam",
            "kelurahan": ward,
            **self._address(mother_name),
            **self._reporter(district, today),
            **self._papers(today),
            **self._witnesses(district, today),
            "persetujuan": "ya",
        }

    def _person(
        self, first: tuple[str, ...], youngest: int, oldest: int, today: date
    ) -> tuple[str, date]:
        """A name of two or three words, and a day of birth."""
        dice = self.dice
        name = [*dice.sample(first, dice.choice((1, 1, 2))), dice.choice(words.FAMILIES)]
        days = dice.randrange(youngest * 365, oldest * 365)
        return " ".join(name), today - timedelta(days=days)

    def _nik(self, district: str, born: date, *, woman: bool = False) -> str:
        """Sixteen digits: where and when, a woman's day 40 more, and four at random."""
        day = born.day + 40 * woman
        return f"1471{district}{day:02}{born:%m%y}{self.dice.randrange(1, 9999):04}"

    def _family_card(self, district: str, today: date) -> str:
        """Sixteen digits: where, the day it was issued, and four at random."""
        issued = today - timedelta(days=self.dice.randrange(30, 5000))
        return f"1471{district}{issued:%d%m%y}{self.dice.randrange(1, 9999):04}"

    def _digits(self, count: int) -> str:
        return "".join(self.dice.choices("0123456789", k=count))

    def _address(self, mother: str) -> dict[str, str]:
        dice = self.dice
        estate = dice.choice(words.ESTATES)
        street = f"JL. {dice.choice(words.STREETS)} NO. {dice.randrange(1, 250)}"
        handle = mother.lower().replace(" ", dice.choice((".", "", "_"))).replace("..", ".")
        return {
            "alamat": f"{street} {estate}".strip(),
            "rt": str(dice.randrange(1, 9)),
            "rw": str(dice.randrange(1, 19)),
            "telepon": dice.choice(words.PHONES) + self._digits(dice.choice((7, 8, 8))),
            "email": f"{handle}{dice.randrange(1, 999)}@{dice.choice(words.MAIL)}",
        }

    def _reporter(self, district: str, today: date) -> dict[str, str]:
        name, born = self._person(words.MEN + words.WOMEN, 20, 70, today)
        return {
            "pelapor_hubungan": self.dice.choice(_REPORTERS),
            "pelapor_nama": name,
            "pelapor_nik": self._nik(district, born),
        }

    def _papers(self, today: date) -> dict[str, str]:
        dice = self.dice
        return {
            "bukti_lahir": "asli",
            "bukti_lahir_nomor": f"{dice.randrange(1, 9999):04}/SKL/{today:%m/%Y}",
            "bukti_nikah": dice.choices(("buku_nikah", "akta_perkawinan"), (85, 15))[0],
            "bukti_ktp": "ya",
            "bukti_kk": "ya",
        }

    def _witnesses(self, district: str, today: date) -> dict[str, str]:
        first, first_born = self._person(words.MEN, 20, 65, today)
        second, second_born = self._person(words.WOMEN, 20, 65, today)
        return {
            "saksi1_nama": first,
            "saksi1_nik": self._nik(district, first_born),
            "saksi2_nama": second,
            "saksi2_nik": self._nik(district, second_born, woman=True),
        }
