import * as oauth from 'oauth4webapi';
import { clientId, issuer, page, scopes } from './settings.js';

// Authorization code with PKCE (RFC 7636) by a public client, as RFC 9700 and the draft "OAuth 2.0
// for Browser-Based Apps" have it. Tokens live in this module's memory alone. What has to survive
// the way to the issuer and back (verifier, state and nonce) is kept for that time only.
const PENDING = 'helmgate:login';
const AHEAD_MS = 30_000;
const DEADLINE_MS = 15_000;

const issuerUrl = new URL(issuer);
const client = { client_id: clientId };
let discovered;

// http is for issuers on this machine: the deployer starts with no other.
function options() {
  return {
    [oauth.allowInsecureRequests]: issuerUrl.protocol === 'http:',
    signal: AbortSignal.timeout(DEADLINE_MS),
  };
}

async function server() {
  discovered ??= discover().catch((error) => {
    discovered = undefined;
    throw error;
  });
  return discovered;
}

async function discover() {
  const response = await oauth.discoveryRequest(issuerUrl, options());
  const metadata = await oauth.processDiscoveryResponse(issuerUrl, response);
  for (const name of ['authorization_endpoint', 'token_endpoint', 'end_session_endpoint']) {
    if (metadata[name] && new URL(metadata[name]).origin !== issuerUrl.origin) {
      throw new Error(`${name}: ${metadata[name]} (expected: on ${issuerUrl.origin})`);
    }
  }
  if (metadata.response_modes_supported?.includes('fragment') === false) {
    throw new Error(`${issuer}: no response_mode fragment (expected: it is supported)`);
  }
  return metadata;
}

/** Leaves the page for the issuer's. */
export async function logIn() {
  const { authorization_endpoint: endpoint } = await server();
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state, nonce }));
  const url = new URL(endpoint);
  const parameters = {
    client_id: clientId,
    redirect_uri: page,
    response_type: 'code',
    // A fragment is sent to no server and stands in no log.
    response_mode: 'fragment',
    scope: ['openid', ...scopes].join(' '),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  };
  for (const [name, value] of Object.entries(parameters)) {
    url.searchParams.set(name, value);
  }
  location.assign(url);
}

/** The session that the issuer has just sent back, or null when this is an ordinary visit. */
export async function finishLogin() {
  const answer = new URLSearchParams(location.hash.slice(1));
  const pending = JSON.parse(sessionStorage.getItem(PENDING));
  sessionStorage.removeItem(PENDING);
  if (!answer.has('state')) {
    return null;
  }
  history.replaceState(null, '', page);
  if (!pending) {
    throw new Error('an answer to no question of this window');
  }
  const metadata = await server();
  const code = oauth.validateAuthResponse(metadata, client, answer, pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    metadata,
    client,
    oauth.None(),
    code,
    page,
    pending.verifier,
    options(),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(metadata, client, response, {
    expectedNonce: pending.nonce,
    requireIdToken: true,
  });
  return new Session(tokens);
}

export class Session {
  #access;
  #refresh;
  #id;
  #endsAt;
  #renewal;

  constructor(tokens) {
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    this.user = claims.preferred_username ?? claims.email ?? claims.sub;
    this.#take(tokens);
  }

  #take(tokens) {
    this.#access = tokens.access_token;
    this.#refresh = tokens.refresh_token ?? this.#refresh;
    this.#id = tokens.id_token ?? this.#id;
    this.#endsAt = Date.now() + (tokens.expires_in ?? Infinity) * 1000;
  }

  /** A token that is good for a while; fails when the issuer gives none without the person. */
  async token() {
    if (Date.now() > this.#endsAt - AHEAD_MS && this.#refresh) {
      this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
      await this.#renewal;
    }
    if (Date.now() >= this.#endsAt) {
      throw new Error('the token has ended');
    }
    return this.#access;
  }

  async #renew() {
    const metadata = await server();
    const response = await oauth.refreshTokenGrantRequest(
      metadata,
      client,
      oauth.None(),
      this.#refresh,
      options(),
    );
    this.#take(await oauth.processRefreshTokenResponse(metadata, client, response));
  }

  /** Ends the session at the issuer too, which sends the person back; by POST, so no URL has a token. */
  async logOut() {
    const { end_session_endpoint: endpoint } = await server();
    if (!endpoint) {
      location.reload();
      return;
    }
    const form = document.createElement('form');
    form.method = 'post';
    form.action = endpoint;
    const fields = {
      client_id: clientId,
      id_token_hint: this.#id,
      post_logout_redirect_uri: page,
    };
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement('input');
      input.type = 'hidden';
      input.name = name;
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }
}
