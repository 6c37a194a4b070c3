import './style-nonce.js';
import './workers.js';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createFetcher } from './fetcher.js';
import { finishLogin, logIn } from './login.js';
import { issuer } from './settings.js';
import './main.css';

const WELCOME = `# Control-Enter runs what stands here. Helmgate
# acts as you: what you may not do, it does not do.
# The book on the left documents every field.

query Releases {
  releases(input: {
    parent: "clusters/default/namespaces/team-a"
  }) {
    releases {
      name
      status
    }
  }
}
`;

function Playground({ initial, failure }) {
  const [session, setSession] = useState(initial);
  const [notice, setNotice] = useState(failure);
  const say = (error) => setNotice(error.message);

  const fetcher = useMemo(
    () =>
      session &&
      createFetcher(async () => {
        try {
          return await session.token();
        } catch (error) {
          setSession(null);
          setNotice(`Your session has ended: ${error.message}`);
          throw error;
        }
      }),
    [session],
  );

  if (!session) {
    return (
      <main className="login">
        <h1>Helmgate playground</h1>
        {notice && <p role="alert">{notice}</p>}
        <button type="button" id="log-in" onClick={() => logIn().catch(say)}>
          Log in
        </button>
        <p>at {issuer}</p>
      </main>
    );
  }
  return (
    // What is being written survives a login and a reload, and ends with the window.
    <GraphiQL
      fetcher={fetcher}
      storage={sessionStorage}
      shouldPersistHeaders={false}
      isHeadersEditorEnabled={false}
      defaultQuery={WELCOME}
    >
      <GraphiQL.Logo>
        <span id="user">{session.user}</span>
        <button type="button" id="log-out" onClick={() => session.logOut().catch(say)}>
          Log out
        </button>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

const root = createRoot(document.getElementById('playground'));
finishLogin().then(
  (session) => root.render(<Playground initial={session} />),
  (error) => root.render(<Playground initial={null} failure={`Login failed: ${error.message}`} />),
);
