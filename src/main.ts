#!/usr/bin/env node
import { tuneNode } from './wiring/tune-node.ts';

// Before anything else is loaded, so that it holds for all of it.
tuneNode();
await import('./wiring/run-tidemark.ts');
