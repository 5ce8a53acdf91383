// Plain JavaScript on purpose: it must run, and explain itself, on a Node that cannot read TypeScript.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Deskbridge needs Node 24 or newer; this is Node ${process.versions.node}.\n` +
      'In a clone, "npm install" brings Node 24 along: use "npm run demo", "npm test" or "npx deskbridge ...".\n' +
      'On a server, install Node 24 from https://nodejs.org.',
  );
  process.exit(1);
}
