import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDeskWords } from '../../../src/slack/in/desk-words.ts';

test('a word of the command means something only where nothing else is said', () => {
  for (const [words, expected] of [
    ['', { want: 'form', summary: '' }],
    ['new', { want: 'form', summary: '' }],
    ['New  a second screen', { want: 'form', summary: 'a second screen' }],
    ['ask how do I get a badge?', { want: 'form', summary: 'how do I get a badge?' }],
    ['my laptop does not start', { want: 'form', summary: 'my laptop does not start' }],
    ['help', { want: 'help' }],
    ['help me with my badge', { want: 'form', summary: 'help me with my badge' }],
    ['MINE', { want: 'mine' }],
    ['mine is broken', { want: 'form', summary: 'mine is broken' }],
    ['pending', { want: 'pending', tag: null }],
    ['pending Domain:iam', { want: 'pending', tag: 'domain:iam' }],
    ['pending blocks-a-person', { want: 'pending', tag: 'blocks-a-person' }],
    ['pending invoices', { want: 'form', summary: 'pending invoices' }],
    ['pending invoices are stuck', { want: 'form', summary: 'pending invoices are stuck' }],
    ['status', { want: 'status-of-what' }],
    ['status iam-12', { want: 'status', id: 'iam-12' }],
    ['status INC0010023', { want: 'status', id: 'INC0010023' }],
    ['status of my laptop order', { want: 'form', summary: 'status of my laptop order' }],
    ['status page', { want: 'form', summary: 'status page' }],
    ['approve', { want: 'decide-what' }],
    ['approve IAM-12 looks right', { want: 'decide', decision: 'approve', id: 'IAM-12' }],
    ['Deny IAM-12', { want: 'decide', decision: 'deny', id: 'IAM-12' }],
    ['approve my travel, please', { want: 'form', summary: 'approve my travel, please' }],
    ["status '; drop table link; --", { want: 'form', summary: "status '; drop table link; --" }],
  ] as const) {
    assert.deepEqual(readDeskWords(words), expected, words);
  }
});
