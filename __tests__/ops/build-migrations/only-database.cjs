// Loaded before a command of the build: no socket opens but to the database, as in a subnet without a way out.
const net = require("node:net");
const { host } = new URL(process.env.DATABASE_URL);
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [first] = args.flat();
  const target = typeof first === "object" && first !== null ? first : { port: args[0], host: args[1] };
  if (`${target.host}:${target.port}` === host) return connect.apply(this, args);
  throw new Error(`a build in the VPC reaches only ${host}, not ${target.host}:${target.port}`);
};
