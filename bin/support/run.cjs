'use strict';

// Written for any Node since 12, so that an old one gets a sentence and not a syntax error.
const NEEDED = [20, 19];

const version = process.versions.node.split('.').map(Number);
if (version[0] < NEEDED[0] || (version[0] === NEEDED[0] && version[1] < NEEDED[1])) {
  console.error(
    'Orderly needs Node.js ' + NEEDED.join('.') + ' or later; this is ' + process.versions.node +
      ' (' + process.execPath + ').',
  );
  process.exit(1);
}

import('./' + process.argv[2] + '.mjs')
  .then(function (command) {
    return command.main(process.argv.slice(3));
  })
  .then(
    function (exitCode) {
      process.exit(exitCode);
    },
    function (error) {
      console.error(isForTheOperator(error) ? '\n' + error.message : error);
      process.exit(1);
    },
  );

function isForTheOperator(error) {
  return error.name === 'Failure' || /^(EACCES|EPERM|EROFS|ENOSPC)$/.test(error.code);
}
