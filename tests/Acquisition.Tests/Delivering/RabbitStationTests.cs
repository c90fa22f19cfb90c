using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Tests.Station;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>The whole way over a broker that has no MQTT 5 and no client certificates, with nothing configured but user and password: the bundle stands alone.</summary>
public sealed class RabbitStationTests
{
    private const string Box = "vascular/v1/lab-a/bedside-box-01";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [RabbitFact]
    [Trait("Category", "Long")]
    public async Task From_the_wire_through_RabbitMQ_to_two_consumers_and_back_by_what_the_bundle_says_alone()
    {
        await using RabbitPeer broker = await RabbitPeer.StartAsync();
        string root = broker.Keys.Root;
        string ca = broker.Keys.Broker.AuthorityFile;
        string held = Path.Combine(root, "ehr-bridge.jsonl");
        await using PlayedStation.Program recorder = Dotnet(root, "simulate.dll", "record", "--broker", $"mqtts://localhost:{broker.Port}", "--mqtt", "3.1.1",
            "--ca", ca, "--user", RabbitPeer.User, "--password-file", broker.PasswordFile, "--out", held, "--count", "1");
        await recorder.ReadyAsync("listening").WaitAsync(Patience);
        string[] line = ["-V", "mqttv311", "-h", "localhost", "-p", $"{broker.Port}", "--cafile", ca, "-u", RabbitPeer.User, "-P", (await File.ReadAllTextAsync(broker.PasswordFile)).Trim(), "-q", "1"];
        await using PlayedStation.Program archive = new("/usr/bin/stdbuf", ["-oL", "mosquitto_sub", .. line, "-i", "archive", "-c", "-d", "-C", "1", "-t", Box + "/result/session", "-F", "%P%p"], root);
        await archive.ReadyAsync("Subscribed").WaitAsync(Patience);

        await using PlayedStation.Program station = Dotnet(root, "acquisition.dll", "serve", "--config", await ConfigureAsync(broker), "--data", Path.Combine(root, "data"),
            "--keys", Path.Combine(root, "keys-of-station"), "--scenario", "seed-2017-09-pressures", "--once");
        await station.ReadyAsync("listening on mqtts://localhost").WaitAsync(Patience);
        Assert.Equal(0, await archive.EndAsync());
        JsonNode bundle = JsonNode.Parse(archive.Said.Split('\n').Single(text => text.StartsWith('{')))!;
        string id = ((string)bundle["identifier"]!["value"]!)["urn:uuid:".Length..];
        await using (PlayedStation.Program answer = new("/usr/bin/mosquitto_pub", [.. line, "-i", "archive.ack", "-d", "-t", Box + "/ack/archive", "-m", $$"""{"id":"{{id}}","status":"stored"}"""], root))
        {
            await answer.ReadyAsync("Client archive.ack sending PUBLISH").WaitAsync(Patience);
            Assert.Equal(0, await answer.EndAsync());
        }

        Assert.True(await station.EndAsync() == 0, station.Said);
        Assert.Contains("delivered to archive", station.Said, StringComparison.Ordinal);
        Assert.Equal(0, await recorder.EndAsync());
        JsonNode result = JsonNode.Parse(Assert.Single(await File.ReadAllLinesAsync(held)))!;
        Assert.Empty(result["properties"]!.AsObject());
        Assert.Equal((id, "//lab-a/bedside-box-01", 1), ((string)result["id"]!, (string)result["source"]!, (int)result["resultversion"]!));
        Assert.True(JsonNode.DeepEquals(bundle, result["bundle"]));
    }

    private static async Task<string> ConfigureAsync(RabbitPeer broker)
    {
        string config = Path.Combine(broker.Keys.Root, "station.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            site = "lab-a",
            gateway = "bedside-box-01",
            consumers = SendingStation.Required,
            broker = new { embedded = false, host = "localhost", port = broker.Port, ca_file = broker.Keys.Broker.AuthorityFile, user = RabbitPeer.User, password_file = broker.PasswordFile },
        }));
        return config;
    }

    private static PlayedStation.Program Dotnet(string folder, string program, params string[] arguments) =>
        new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments], folder);
}
