import { workers } from './settings.js';

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    return new Worker(workers[label] ?? workers.editor, { type: 'module', name: label });
  },
};
