-- What central keeps. {int}, {bytes} and {serial} stand for the types of the database in use.

-- The whole log: how many entries, and the peaks of the tree over them (sync.central.tree).
CREATE TABLE log (one {int} PRIMARY KEY, size {int} NOT NULL, peaks {bytes} NOT NULL);

-- Every entry in order of arrival, idx from 1 without gaps. A hole has its seal and no raw.
CREATE TABLE entries (
    idx {int} PRIMARY KEY,
    kiosk TEXT NOT NULL, epoch {int} NOT NULL, seq {int} NOT NULL,
    hash {bytes} NOT NULL, prev {bytes} NOT NULL, case_id {bytes} NOT NULL, officer TEXT NOT NULL,
    line {int} NOT NULL, time {int} NOT NULL, arrived {int} NOT NULL,
    raw {bytes} NOT NULL, hole {bytes} NOT NULL,
    UNIQUE (kiosk, epoch, seq));
CREATE INDEX entries_case ON entries(case_id, line);

-- Nodes of the tree whose level is a multiple of 8: the hash over 256, 65536 ... leaves.
CREATE TABLE tree (
    level {int} NOT NULL, n {int} NOT NULL, hash {bytes} NOT NULL, PRIMARY KEY (level, n));

CREATE TABLE heads (
    kiosk TEXT NOT NULL, epoch {int} NOT NULL, seq {int} NOT NULL, hash {bytes} NOT NULL,
    PRIMARY KEY (kiosk, epoch));

-- revoked: when the device key was revoked (ms UTC), 0 when it was not.
CREATE TABLE kiosks (
    code TEXT PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL,
    public {bytes} NOT NULL UNIQUE, revoked {int} NOT NULL DEFAULT 0);

CREATE TABLE keys (
    kid {bytes} NOT NULL, kiosk TEXT NOT NULL, public {bytes} NOT NULL, owner TEXT NOT NULL,
    name TEXT NOT NULL, initials TEXT NOT NULL, roles TEXT NOT NULL, place TEXT NOT NULL,
    PRIMARY KEY (kid, kiosk));
CREATE INDEX keys_kiosk ON keys(kiosk);

CREATE TABLE claims (claim TEXT PRIMARY KEY, idx {int} NOT NULL);

CREATE TABLE case_addresses (
    case_id {bytes} NOT NULL, address TEXT NOT NULL, PRIMARY KEY (case_id, address));

CREATE TABLE deliveries (
    n {serial}, address TEXT NOT NULL, idx {int} NOT NULL, UNIQUE (address, idx));
CREATE INDEX deliveries_address ON deliveries(address, n);
