/** Of the code and the patterns by which secrets and persons are found, whatever is changed in them: `npm run docs` writes it. */
export const RULES_DIGEST = '6e4f285a7358ee628ad9e2fb3ebd058c'
