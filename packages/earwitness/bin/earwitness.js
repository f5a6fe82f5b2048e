#!/usr/bin/env node
// npm links this file when it installs, before anything is built in a clone of the repository.
require('../dist/bin/earwitness.js');
