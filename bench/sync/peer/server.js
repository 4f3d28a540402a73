// CouchDB's protocol on express-pouchdb. node server.js PORT memory|leveldb FOLDER
const express = require("express");
const PouchDB = require("pouchdb");
const [port, adapter, folder] = process.argv.slice(2);
PouchDB.plugin(require("pouchdb-adapter-memory"));
const options = adapter === "memory" ? { adapter } : { prefix: folder + "/" };
const app = express();
app.use("/", require("express-pouchdb")(PouchDB.defaults(options), {
  inMemoryConfig: true, logPath: folder + "/peer.log", mode: "minimumForPouchDB",
}));
app.listen(Number(port), "127.0.0.1", () => console.log("ready"));
