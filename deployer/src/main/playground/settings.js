// What the deployer writes into the page: see PlaygroundPage.java.
const settings = JSON.parse(document.body.dataset.settings);

export const issuer = settings.issuer;
export const clientId = settings.clientId;
export const scopes = settings.scopes;
export const workers = settings.workers;
export const styleNonce = document.querySelector('link[rel=stylesheet]').nonce;

// The page itself, where the issuer sends people back to.
export const page = location.origin + location.pathname;
