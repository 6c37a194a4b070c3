import { getOperationAST } from 'graphql';
import { createClient } from 'graphql-sse';

const URL = '/graphql';

/**
 * Sends operations to the deployer with a session's token: queries and mutations by POST,
 * subscriptions by "GraphQL over Server-Sent Events", one connection for each.
 *
 * @param {() => Promise<string>} token fails when the person has to log in again
 */
export function createFetcher(token) {
  const headers = async () => ({ authorization: `Bearer ${await token()}` });
  const streams = createClient({ url: URL, headers, retryAttempts: 0, credentials: 'omit' });

  return ({ query, variables, operationName }, { documentAST } = {}) => {
    const document = { query, variables, operationName: operationName ?? undefined };
    const operation = documentAST && getOperationAST(documentAST, operationName);
    return operation?.operation === 'subscription'
      ? events(streams, document)
      : post(document, headers);
  };
}

async function post(document, headers) {
  const response = await fetch(URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await headers()) },
    body: JSON.stringify(document),
    credentials: 'omit',
  });
  return answer(response);
}

async function* events(streams, document) {
  try {
    yield* streams.iterate(document);
  } catch (error) {
    if (!error.response) {
      throw error;
    }
    yield await answer(error.response);
  }
}

/** The gateway's own refusals are no JSON. */
async function answer(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: text, extensions: { status: response.status } }] };
  }
}
