package rules

type gatewayFault struct{}
