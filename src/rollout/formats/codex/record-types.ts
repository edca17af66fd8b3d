/** Record types of the wrapped generations, `{timestamp, type, payload}`. */
export const WRAPPED_TYPES: ReadonlySet<string> = new Set([
  'session_meta',
  'response_item',
  'event_msg',
  'event', // of the just-every/code fork; the event is at payload.msg
  'turn_context',
  'compacted',
  'token_usage_record',
  'inter_agent_communication',
  'inter_agent_communication_metadata',
  'world_state',
  'security_risk_score',
  'retained_context',
  'realtime_item',
  'agent_response_observation',
])

/** Types of response items: what went to the model, and what came back. */
export const ITEM_TYPES: ReadonlySet<string> = new Set([
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'local_shell_call',
  'web_search_call',
  'tool_search_call',
  'tool_search_output',
  'image_generation_call',
  'agent_message',
  'additional_tools',
  'compaction',
  'compaction_summary',
  'context_compaction',
  'compaction_trigger',
  'ghost_snapshot',
])

/** Types of events that are known; what they hold is in response items too, or is of no conversation, unless a reader says otherwise. */
export const EVENT_TYPES: ReadonlySet<string> = new Set(
  `account/rateLimits/updated agent_message agent_message_content_delta agent_message_delta agent_reasoning agent_reasoning_delta
  agent_reasoning_raw_content agent_reasoning_raw_content_delta agent_reasoning_section_break apply_patch_approval_request
  background_event collab_agent_interaction_begin collab_agent_interaction_end collab_agent_spawn_begin collab_agent_spawn_end
  collab_close_begin collab_close_end collab_resume_begin collab_resume_end collab_waiting_begin collab_waiting_end context_compacted
  deprecation_notice dynamic_tool_call_request dynamic_tool_call_response elicitation_request entered_review_mode error
  exec_approval_request exec_command_begin exec_command_end exec_command_output_delta exited_review_mode guardian_assessment
  guardian_warning hook_completed hook_started image_generation_begin image_generation_end item_completed item_started
  list_custom_prompts_response list_skills_response mcp_list_tools_response mcp_startup_complete mcp_startup_update mcp_tool_call_begin
  mcp_tool_call_end model_reroute model_verification patch_apply_begin patch_apply_end patch_apply_updated plan_delta plan_update
  raw_response_item reasoning_content_delta reasoning_raw_content_delta request_permissions request_user_input safety_buffering
  session_configured shutdown_complete skills_update_available stream_error sub_agent_activity task_complete task_started
  terminal_interaction thread_goal_updated thread_name_updated thread_rolled_back thread_settings_applied token_count turn_aborted
  turn_complete turn_diff turn_moderation_metadata turn_started undo_completed undo_started user_message view_image_tool_call warning
  web_search_begin web_search_end`.split(/\s+/),
)
