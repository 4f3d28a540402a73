// A PouchDB that replicates. Orders come as JSON lines, each is answered by one line.
// put {docs}: documents of a JSON file into the local database
// push {url, attempts, batch, seconds}: replicate.to, again after each failure, until all is there
// sync {url}: both ways, as an exchange of the kiosk
// bulk {url, docs, size, lanes}: the documents by _bulk_docs, `size` in a request, `lanes` at once
const fs = require("fs");
const http = require("http");
const readline = require("readline");
const PouchDB = require("pouchdb");
PouchDB.plugin(require("pouchdb-adapter-memory"));
const local = new PouchDB("kiosk", { adapter: "memory" });
// Left to itself PouchDB opens a connection for every request under node; a browser keeps them.
const agent = new http.Agent({ keepAlive: true });
const remote = (url) => new PouchDB(url, {
  skip_setup: false, fetch: (to, options) => PouchDB.fetch(to, { ...options, agent }),
});
const now = () => performance.now() / 1000;

async function put({ docs }) {
  const answers = await local.bulkDocs(JSON.parse(fs.readFileSync(docs)));
  return { failed: answers.filter((one) => one.error).length };
}

async function push({ url, attempts, batch, seconds }) {
  const began = now();
  let written = 0, tries = 0, trouble = "";
  while (tries < attempts && now() - began < seconds) {
    tries += 1;
    const job = local.replicate.to(remote(url), { batch_size: batch, retry: false });
    const watch = setTimeout(() => job.cancel(), Math.max(1, seconds - (now() - began)) * 1000);
    try {
      const done = await job;
      written += done.docs_written;
      if (done.ok && done.status === "complete" && !done.errors.length) {
        clearTimeout(watch);
        return { written, tries, done: true, seconds: now() - began };
      }
      trouble = done.status;
    } catch (error) {
      trouble = String(error.message || error);
      written += (error.result && error.result.docs_written) || 0;
    }
    clearTimeout(watch);
  }
  return { written, tries, done: false, seconds: now() - began, trouble };
}

async function sync({ url }) {
  const began = now();
  const done = await local.sync(remote(url), { retry: false });
  return { written: done.push.docs_written, seconds: now() - began };
}

async function bulk({ url, docs, size, lanes }) {
  const all = JSON.parse(fs.readFileSync(docs));
  const bodies = [];
  for (let at = 0; at < all.length; at += size)
    bodies.push(JSON.stringify({ docs: all.slice(at, at + size) }));
  await fetch(url, { method: "PUT" });
  const headers = { "content-type": "application/json" };
  const lane = async () => {
    for (let body = bodies.shift(); body; body = bodies.shift()) {
      const answer = await fetch(url + "/_bulk_docs", { method: "POST", headers, body });
      const rows = await answer.json();
      if (!answer.ok || rows.some((row) => row.error)) throw new Error("refused");
    }
  };
  const began = now();
  await Promise.all(Array.from({ length: lanes }, lane));
  return { seconds: now() - began };
}

async function count({ url }) {
  const answer = await fetch(url);
  return { documents: (await answer.json()).doc_count };
}

const orders = { put, push, sync, bulk, count };
(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { order, ...rest } = JSON.parse(line);
    let answer;
    try { answer = await orders[order](rest); } catch (error) { answer = { error: String(error.stack || error) }; }
    console.log(JSON.stringify(answer));
  }
  process.exit(0);
})();
