import { setNonce } from 'get-nonce';
import { styleNonce } from './settings.js';

// The policy of the page lets only style elements in that carry its nonce. Radix asks for one;
// Monaco makes its elements without (microsoft/monaco-editor#271), so all get it where they are made.
setNonce(styleNonce);
const createElement = document.createElement;
document.createElement = function (...words) {
  const element = createElement.apply(this, words);
  if (element instanceof HTMLStyleElement) {
    element.nonce = styleNonce;
  }
  return element;
};
