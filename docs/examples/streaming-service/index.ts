import * as pulumi from "@pulumi/pulumi";

class StreamingService extends pulumi.ComponentResource {
    declare readonly url: pulumi.Output<string>;

    constructor(name: string, args: pulumi.Inputs) {
        const type = "lmi-streaming:index:StreamingService";
        super(type, name, { url: undefined, ...args }, {}, true);
    }
}

export const url = new StreamingService("chat", { appFolder: "../../../app" }).url;
