/** Files of Data Designer's home folder that are read. */
export const HOME_FILES = ['model_providers.yaml', 'model_configs.yaml', 'mcp_providers.yaml', 'tool_configs.yaml'] as const
