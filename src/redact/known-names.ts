/** Accounts of systems and of guides: they say nothing of a person. */
export function isNobody(user: string): boolean {
  return (
    ACCOUNTS.has(user.toLowerCase()) ||
    /^(?:user|person|host)-?\d+$|^[<${%*[]|^\.|^[A-Z_]+$|\.(?:js|ts|md|json|py|txt|toml|html?)$/.test(user)
  )
}

const ACCOUNTS = new Set(
  (
    'shared public default guest root admin administrator runner runneradmin runneruser node ubuntu debian fedora centos alpine ec2-user azureuser opc core vagrant docker ' +
    'app apps web www www-data nginx apache http nobody daemon bin sys mail postgres mysql redis mongo oracle git svn ci build builder ' +
    'deploy deployer jenkins travis circleci codespace codespaces vscode gitpod coder sandbox linuxbrew homebrew user users username name you me myuser youruser yourname ' +
    'your-username your_username someone somebody foo bar baz test tester testuser dev developer service svc system local localuser nixbld rust python conda jovyan ' +
    'hermes claude codex agent assistant sandboxuser containeruser all everyone current owner staff wheel home work workspace src pi container appuser ' +
    'all\u0020users default\u0020user pages index page screen dir directory path folder brew steam'
  ).split(' '),
)

/** Mail addresses that no person reads: those of documentation, robots and services. */
export function isNobodysMail(local: string, domain: string): boolean {
  if (/^(?:.*\.)?(?:example\.(?:com|org|net)|example|localhost|invalid)$/i.test(domain)) return true
  if (
    /^(?:git|hg|svn|noreply|no-reply|donotreply|do-not-reply|mailer-daemon|postmaster|notifications?|bot|actions|dependabot.*|renovate.*)$/i.test(
      local,
    )
  )
    return true
  if (/\[bot\]$/.test(local) || /^(?:npm|pkg|v?\d[\d.]*)$/.test(local)) return true
  if (
    /^(?:anthropic|openai|github|google|google\.com|openssh|libssh|lists\.)/.test(domain) &&
    /^(?:support|security|info|noreply|copilot|claude|codex)$/.test(local)
  )
    return true
  if (/^v?\d+\.\d/.test(domain) || /%2F/i.test(local)) return true
  return FILES.test(domain) && !ZONES.test(domain.replace(FILES, ''))
}

/** The part of a name that is a domain, where the name of a file ends on an address. */
export function withoutFileEnding(domain: string): string {
  return FILES.test(domain) && ZONES.test(domain.replace(FILES, '')) ? domain.replace(FILES, '') : domain
}

const ZONES = /\.(?:com|org|net|io|dev|ai|app|co|edu|gov|info|test|internal|local|[a-z]{2})$/i

/** `name@2x.png`, `mixin@theme.css` and modules are files. */
const FILES =
  /\.(?:png|jpe?g|gif|svg|webp|js|mjs|cjs|ts|tsx|jsx|css|scss|json|ya?ml|toml|html?|txt|log|lock|tgz|gz|zip|service|timer|socket|target|mount|scope|slice|path|device|swap|so|dll|exe|rb|java|class|kt|swift|go|conf|cfg|ini|vue|xml|csv|sql|patch|diff|whl|gem|test\.[jt]s)$/i
