/** Of the code and the patterns by which secrets and persons are found, whatever is changed in them: `npm run docs` writes it. */
export const RULES_DIGEST = 'f5d83db75e1757c7c19040cee3e38623'
