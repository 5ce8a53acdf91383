import type { JiraOAuthApp, JiraSignIn } from '../connectors/jira/settings.ts';
import type { Secret } from '../model/secret.ts';
import type { ConnectorSettings } from './connector-settings.ts';

/** The secret in a variable. @throws when it was not read before, which is a bug */
type SecretOf = (variable: string) => Secret;

export type JiraAuthConfig =
  | { readonly kind: 'api-token'; readonly email: string; readonly apiToken: Secret }
  | {
      readonly kind: 'scoped-token';
      readonly email: string;
      readonly apiToken: Secret;
      readonly cloudId: string;
    }
  | { readonly kind: 'service-account'; readonly apiToken: Secret; readonly cloudId: string }
  | { readonly kind: 'oauth' };

export interface OAuthAppConfig {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly authUrl: string;
  readonly webhook: boolean;
}

/** As the connector takes it, with what must not be shown as secrets. */
export type ServiceNowAuthConfig =
  | { readonly kind: 'basic'; readonly user: string; readonly password: Secret }
  | { readonly kind: 'oauth'; readonly clientId: string; readonly clientSecret: Secret }
  | {
      readonly kind: 'oauth-password';
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly user: string;
      readonly password: Secret;
    }
  | {
      readonly kind: 'oauth-jwt';
      readonly clientId: string;
      readonly clientSecret: Secret | null;
      readonly user: string;
      readonly audience: string | null;
      readonly keyId: string | null;
      readonly privateKey: Secret;
    }
  | { readonly kind: 'api-key'; readonly key: Secret };

export function oauthApp(app: JiraOAuthApp, secret: SecretOf): OAuthAppConfig {
  const { client_id: clientId, client_secret_env: name, auth_url: authUrl, webhook } = app;
  return { clientId, clientSecret: secret(name), authUrl, webhook };
}

export function jiraAuth(signIn: JiraSignIn, cloudId: string, secret: SecretOf): JiraAuthConfig {
  if (signIn.kind === 'oauth') return { kind: signIn.kind };
  const apiToken = secret(signIn.api_token_env);
  switch (signIn.kind) {
    case 'api-token':
      return { kind: signIn.kind, email: signIn.email, apiToken };
    case 'scoped-token':
      return { kind: signIn.kind, email: signIn.email, apiToken, cloudId };
    case 'service-account':
      return { kind: signIn.kind, apiToken, cloudId };
  }
}

type ServiceNowAuthSettings = Extract<ConnectorSettings, { system: 'servicenow' }>['auth'];

export function serviceNowAuth(auth: ServiceNowAuthSettings, secret: SecretOf): ServiceNowAuthConfig {
  switch (auth.kind) {
    case 'basic':
      return { kind: auth.kind, user: auth.user, password: secret(auth.password_env) };
    case 'api-key':
      return { kind: auth.kind, key: secret(auth.key_env) };
    case 'oauth':
      return { kind: auth.kind, clientId: auth.client_id, clientSecret: secret(auth.client_secret_env) };
    case 'oauth-password':
      return {
        kind: auth.kind,
        clientId: auth.client_id,
        clientSecret: secret(auth.client_secret_env),
        user: auth.user,
        password: secret(auth.password_env),
      };
    case 'oauth-jwt':
      return {
        kind: auth.kind,
        clientId: auth.client_id,
        clientSecret: auth.client_secret_env === undefined ? null : secret(auth.client_secret_env),
        user: auth.user,
        audience: auth.audience ?? null,
        keyId: auth.key_id ?? null,
        privateKey: secret(auth.private_key_env),
      };
  }
}
