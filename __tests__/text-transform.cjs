// A file that a program imports as text: esbuild's loader of that name.
module.exports = { process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }) };
