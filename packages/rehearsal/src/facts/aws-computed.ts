/**
 * Optional attributes that AWS fills in when the program does not, for the resource types in common use.
 * Facts of hashicorp/aws 6. `id`, `region`, `tags_all` and pairs such as `name` and `name_prefix` are so everywhere
 * (schema/program-schema.ts), and an attribute that the program refers to without setting it is, whatever stands here.
 */
export const computed: Readonly<Record<string, string>> = {
  aws_acm_certificate: "domain_name key_algorithm subject_alternative_names validation_method",
  aws_api_gateway_account: "cloudwatch_role_arn",
  aws_api_gateway_domain_name: "ownership_verification_certificate_arn security_policy",
  aws_api_gateway_integration: "cache_namespace passthrough_behavior response_transfer_mode",
  aws_api_gateway_rest_api:
    "api_key_source binary_media_types description disable_execute_api_endpoint minimum_compression_size policy",
  aws_apigatewayv2_api: "ip_address_type",
  aws_appautoscaling_target: "role_arn",
  aws_autoscaling_group:
    "availability_zones default_cooldown desired_capacity health_check_type load_balancers service_linked_role_arn target_group_arns traffic_source vpc_zone_identifier",
  aws_backup_selection: "not_resources",
  aws_backup_vault: "kms_key_arn",
  aws_budgets_budget: "account_id limit_amount limit_unit time_period_start",
  aws_cloudfront_distribution: "continuous_deployment_policy_id",
  aws_cloudwatch_event_target: "target_id",
  aws_cloudwatch_log_group: "deletion_protection_enabled log_group_class",
  aws_cloudwatch_log_metric_filter: "apply_on_transformed_logs",
  aws_cloudwatch_metric_alarm: "evaluate_low_sample_count_percentiles",
  aws_codebuild_project: "auto_retry_limit description encryption_key",
  aws_db_proxy: "default_auth_scheme idle_client_timeout vpc_security_group_ids",
  aws_db_proxy_endpoint: "vpc_security_group_ids",
  aws_default_security_group: "egress ingress vpc_id",
  aws_dynamodb_table: "hash_key read_capacity stream_view_type write_capacity",
  aws_ecs_service: "availability_zone_rebalancing cluster iam_role launch_type platform_version triggers",
  aws_ecs_task_definition: "enable_fault_injection network_mode",
  aws_eip: "domain instance ipam_pool_id network_border_group network_interface public_ipv4_pool",
  aws_elasticache_replication_group:
    "apply_immediately at_rest_encryption_enabled auto_minor_version_upgrade cluster_mode data_tiering_enabled engine engine_version global_replication_group_id ip_discovery maintenance_window network_type node_type num_cache_clusters num_node_groups parameter_group_name replicas_per_node_group security_group_ids security_group_names snapshot_window subnet_group_name transit_encryption_enabled transit_encryption_mode",
  aws_flow_log: "log_destination log_format",
  aws_iam_openid_connect_provider: "thumbprint_list",
  aws_iam_role: "managed_policy_arns",
  aws_instance:
    "associate_public_ip_address availability_zone disable_api_stop disable_api_termination ebs_optimized iam_instance_profile instance_initiated_shutdown_behavior instance_type ipv6_addresses key_name monitoring placement_partition_number private_ip secondary_private_ips security_groups subnet_id user_data_base64 vpc_security_group_ids",
  aws_internet_gateway: "vpc_id",
  aws_kms_key: "description multi_region policy rotation_period_in_days",
  aws_lambda_event_source_mapping: "maximum_record_age_in_seconds maximum_retry_attempts parallelization_factor",
  aws_lambda_function: "architectures source_code_hash",
  aws_lambda_permission: "statement_id statement_id_prefix",
  aws_launch_template: "default_version",
  aws_lb:
    "customer_owned_ipv4_pool enforce_security_group_inbound_rules_on_private_link_traffic internal ip_address_type security_groups subnets",
  aws_lb_target_group:
    "ip_address_type load_balancing_algorithm_type load_balancing_cross_zone_enabled preserve_client_ip protocol_version target_control_port",
  aws_nat_gateway:
    "availability_mode private_ip secondary_allocation_ids secondary_private_ip_address_count secondary_private_ip_addresses vpc_id",
  aws_network_acl: "egress ingress subnet_ids",
  aws_rds_cluster:
    "allocated_storage apply_immediately availability_zones backup_retention_period ca_certificate_identifier cluster_identifier cluster_identifier_prefix cluster_members cluster_scalability_type database_insights_mode database_name db_cluster_parameter_group_name db_subnet_group_name db_system_id engine_lifecycle_support engine_version iam_roles kms_key_id master_user_secret_kms_key_id master_username monitoring_interval monitoring_role_arn network_type performance_insights_kms_key_id performance_insights_retention_period port preferred_backup_window preferred_maintenance_window storage_encrypted storage_type vpc_security_group_ids",
  aws_rds_cluster_instance:
    "apply_immediately availability_zone ca_cert_identifier db_parameter_group_name db_subnet_group_name engine_version identifier identifier_prefix monitoring_role_arn performance_insights_enabled performance_insights_kms_key_id performance_insights_retention_period preferred_backup_window preferred_maintenance_window publicly_accessible",
  aws_route: "network_interface_id",
  aws_route53_record: "allow_overwrite",
  aws_route53_zone: "enable_accelerated_recovery",
  aws_route_table: "route",
  aws_s3_bucket: "acceleration_status acl bucket bucket_prefix object_lock_enabled policy request_payer",
  aws_s3_bucket_lifecycle_configuration: "expected_bucket_owner transition_default_minimum_object_size",
  aws_s3_object: "acl bucket_key_enabled content_type etag kms_key_id server_side_encryption storage_class",
  aws_secretsmanager_secret: "policy",
  aws_secretsmanager_secret_version: "version_stages",
  aws_security_group: "egress ingress vpc_id",
  aws_sns_topic: "fifo_throughput_scope policy signature_version tracing_config",
  aws_sns_topic_subscription: "filter_policy_scope",
  aws_sqs_queue:
    "deduplication_scope fifo_throughput_limit kms_data_key_reuse_period_seconds policy redrive_allow_policy redrive_policy sqs_managed_sse_enabled",
  aws_ssm_parameter: "arn data_type insecure_value key_id tier value",
  aws_subnet: "availability_zone availability_zone_id cidr_block ipv6_cidr_block private_dns_hostname_type_on_launch",
  aws_vpc:
    "cidr_block enable_dns_hostnames enable_network_address_usage_metrics ipv6_cidr_block ipv6_cidr_block_network_border_group",
  aws_vpc_endpoint:
    "ip_address_type policy private_dns_enabled route_table_ids security_group_ids service_region subnet_ids",
};

/** Attributes that plans and outputs hide. */
export const sensitive: Readonly<Record<string, string>> = {
  aws_acm_certificate: "private_key",
  aws_api_gateway_domain_name: "certificate_private_key",
  aws_elasticache_replication_group: "auth_token",
  aws_elasticache_user: "passwords",
  aws_rds_cluster: "master_password master_password_wo",
  aws_secretsmanager_secret_version: "secret_binary secret_string secret_string_wo",
  aws_ssm_parameter: "value value_wo",
  aws_db_instance: "password password_wo",
  aws_docdb_cluster: "master_password master_password_wo",
  aws_iam_access_key: "secret ses_smtp_password_v4",
  aws_redshift_cluster: "master_password master_password_wo",
  aws_cognito_user_pool_client: "client_secret",
  aws_mq_broker: "user",
  aws_api_gateway_api_key: "value",
};
