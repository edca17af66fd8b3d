/** How sure a name is that its value is secret, and what values it has: a password that a person chose, or something drawn, or words. */
export type KeyKind = 'password' | 'token' | 'words'

/** What the name of a value says of it; null: nothing. Names are looked at by their words, however they are put together. */
export function kindOfKey(name: string): KeyKind | null {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
  while (words.length > 1 && AFTER.has(words.at(-1)!)) words.pop()
  const last = words.at(-1)?.replace(/\d+$/, '') ?? ''
  const before = words.at(-2) ?? ''
  if (PASSWORDS.has(last) || /(?:password|passwd|passphrase)$/.test(last)) return 'password'
  if (last === 'pass' && (words.length > 1 || name === 'pass')) return 'password'
  if (WORDS.has(last) || (last === 'phrase' && /seed|recovery|secret|mnemonic/.test(before))) return 'words'
  if (TOKENS.has(last) || /(?:secret|apikey|authtoken|accesstoken|accesskey|secretkey|privatekey)$/.test(last)) return 'token'
  if (/token$/.test(last) && !/^(?:de|max|sub)/.test(last)) return 'token'
  if (last === 'key' && KEYS.test(before)) return 'token'
  if (last === 'key' && /^[A-Z0-9_]+$/.test(name) && !NO_KEYS.test(before)) return 'token'
  if (last === 'id' && /^(?:session|sess)$/.test(before)) return null
  return null
}

const PASSWORDS = new Set([
  'password',
  'passwd',
  'pwd',
  'passphrase',
  'passcode',
  'passwort',
  'userpass',
  'dbpass',
  'kennwort',
  'contrasena',
  'motdepasse',
])
const WORDS = new Set(['mnemonic', 'seedphrase'])
const TOKENS = new Set([
  'secret',
  'token',
  'apikey',
  'authtoken',
  'auth',
  'credential',
  'credentials',
  'jwt',
  'bearer',
  'sig',
  'signature',
  'sid',
  'sessionid',
  'sessid',
  'phpsessid',
  'jsessionid',
  'dsn',
  'otp',
  'totp',
  'pat',
  'accesskey',
  'secretkey',
  'accountkey',
  'sharedaccesskey',
  'privatekey',
  'hmac',
  'keydata',
])
const KEYS =
  /^(?:api|access|secret|private|account|auth|app|application|master|signing|encryption|encrypt|service|storage|license|licence|client|consumer|admin|deploy|ssh|rsa|hmac|crypto|shared|subscription|integration|webhook|host|root|session|cookie|jwt|token|write|read|ingest|ingestion|deployment|user|data|cipher|aes|fernet|django|rails|flask|nextauth|bot|server|wallet|preshared|x)$/
const NO_KEYS =
  /^(?:public|cache|primary|foreign|sort|partition|row|object|idempotency|map|hot|group|dict|lookup|index|unique|composite|hash|react|i18n|translation|storage|publishable|site|registry|foreign)$/

/** Words behind the one that counts. */
const AFTER = new Set([
  'base',
  'data',
  'value',
  'val',
  'string',
  'str',
  'text',
  'raw',
  'plain',
  'plaintext',
  'b64',
  'base64',
  'prod',
  'production',
  'dev',
  'staging',
  'test',
  'live',
  'primary',
  'secondary',
  'default',
  'old',
  'new',
  'current',
])
