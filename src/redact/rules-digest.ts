/** Of the code and the patterns by which secrets and persons are found, whatever is changed in them: `npm run docs` writes it. */
export const RULES_DIGEST = '9f5e1c9f01bb2bd77a2320bb69e6af1d'
