// Attributes of stand-ins that are lists, so that Fn::Select, Fn::Join and Fn::Cidr take them. A stand-in's form has
// one text for each attribute.

/** Items of such a list: as many as templates pick from. */
const ITEMS = 4;

/** By type. Source: CloudFormation user guide, "Return values" of each type. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  'AWS::AmazonMQ::Broker': [
    ...['AmqpEndpoints', 'IpAddresses', 'MqttEndpoints', 'OpenWireEndpoints', 'StompEndpoints', 'WssEndpoints'],
  ],
  'AWS::DirectoryService::MicrosoftAD': ['DnsIpAddresses'],
  'AWS::DirectoryService::SimpleAD': ['DnsIpAddresses'],
  'AWS::EC2::NetworkInterface': ['SecondaryPrivateIpAddresses'],
  'AWS::EC2::Subnet': ['Ipv6CidrBlocks'],
  'AWS::EC2::VPC': ['CidrBlockAssociations', 'Ipv6CidrBlocks'],
  'AWS::EC2::VPCEndpoint': ['DnsEntries', 'NetworkInterfaceIds'],
  'AWS::ElastiCache::ReplicationGroup': ['ReadEndPoint.Addresses.List', 'ReadEndPoint.Ports.List'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['SecurityGroups'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': ['LoadBalancerArns'],
  'AWS::NetworkFirewall::Firewall': ['EndpointIds'],
  'AWS::Route53::HostedZone': ['NameServers'],
};

/** The attribute's value as Fn::GetAtt returns it: a list where the type has a list. */
export function asAttributeValue(type: string, attribute: string, text: string): string | readonly string[] {
  if (!isListAttribute(type, attribute)) return text;
  return text.includes(',') ? text.split(',') : Array.from({ length: ITEMS }, () => text);
}

export function isListAttribute(type: string, attribute: string): boolean {
  return LISTS[type]?.includes(attribute) ?? false;
}
