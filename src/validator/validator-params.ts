import { optionsNamed } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import type { ValidationFunction } from './local-callable.ts'
import * as validatorTypes from './validators.ts'

/** Whether code can be read: parameters of the validator 'code'. */
export type CodeValidatorParams = {
  /** Language of the code: 'python', 'javascript', 'typescript', or 'sql:' and a dialect. */
  codeLang: string
}
/** Whether code can be read: parameters of the validator 'code'. */
export const CodeValidatorParams = optionsNamed<CodeValidatorParams>('CodeValidatorParams', validatorTypes.code.fields)

/** A function of yours that judges rows: parameters of the validator 'local_callable'. */
export type LocalCallableValidatorParams = {
  /** The function, or its name among the functions a config is given. */
  validationFunction: ValidationFunction | string
  /** JSON Schema its answer is held to. */
  outputSchema?: JsonObject | null
}
/** A function of yours that judges rows: parameters of the validator 'local_callable'. */
export const LocalCallableValidatorParams = optionsNamed<LocalCallableValidatorParams>(
  'LocalCallableValidatorParams',
  validatorTypes.localCallable.fields,
)

/** A server that judges rows: parameters of the validator 'remote'. */
export type RemoteValidatorParams = {
  /** URL that is sent `{ data: [rows] }`. */
  endpointUrl: string
  /** JSON Schema its answer is held to. */
  outputSchema?: JsonObject | null
  /** Seconds an answer may take. Default 30. */
  timeout?: number
  /** How often a server that is busy is asked again. Default 3. */
  maxRetries?: number
  /** By which each wait is longer than the one before. Default 2. */
  retryBackoff?: number
  /** Batches that may be under way at once. Default 4. */
  maxParallelRequests?: number
}
/** A server that judges rows: parameters of the validator 'remote'. */
export const RemoteValidatorParams = optionsNamed<RemoteValidatorParams>('RemoteValidatorParams', validatorTypes.remote.fields)
