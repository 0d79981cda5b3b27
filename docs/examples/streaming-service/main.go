package main

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

type streamingService struct {
	pulumi.ResourceState
	URL pulumi.StringOutput `pulumi:"url"`
}

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		chat := &streamingService{}
		args := pulumi.Map{"appFolder": pulumi.String("../../../app")}
		err := ctx.RegisterRemoteComponentResource(
			"lmi-streaming:index:StreamingService", "chat", args, chat)
		ctx.Export("url", chat.URL)
		return err
	})
}
