using System.Text;
using System.Text.Json;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Tests.Publishing;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>The subscribers of docs/examples, each against a station that plays an examination: the station calls it delivered by their acknowledgement alone.</summary>
public sealed class SubscriberExampleTests
{
    [PythonSubscriberFact]
    public async Task The_python_subscriber_takes_keeps_once_and_acknowledges()
    {
        await using PlayedStation played = await PlayedStation.PrepareAsync();
        string kept = Path.Combine(played.Root, "results");
        await TakeAsync(
            played,
            count => played.RunAsync(
                "/usr/bin/python3",
                [Example("subscribe.py"), "--host", "localhost", "--port", $"{played.Port}", "--keys", played.Keys, "--name", "ehr-bridge", "--out", kept, "--count", $"{count}"],
                "listening"));
        using JsonDocument bundle = JsonDocument.Parse(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(kept))));
        Assert.Equal("Bundle", bundle.RootElement.GetProperty("resourceType").GetString());
    }

    [OutsideFact]
    public async Task The_javascript_subscriber_takes_keeps_once_and_acknowledges()
    {
        await using PlayedStation played = await PlayedStation.PrepareAsync();
        string kept = Path.Combine(played.Root, "results.jsonl");
        await TakeAsync(
            played,
            count => played.RunAsync(
                "node",
                [Example("subscribe.mjs"), "--url", $"mqtts://localhost:{played.Port}", "--keys", played.Keys, "--name", "ehr-bridge", "--out", kept, "--count", $"{count}"],
                "listening",
                OutsideTools.Folder));
        using JsonDocument line = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(kept)));
        Assert.Equal("Bundle", line.RootElement.GetProperty("bundle").GetProperty("resourceType").GetString());
        Assert.Equal(1, line.RootElement.GetProperty("resultversion").GetInt32());
    }

    [PythonSubscriberFact]
    public async Task The_python_subscriber_knows_when_all_parts_of_a_result_are_there()
    {
        await using PlayedStation played = await PlayedStation.PrepareAsync();
        string kept = Path.Combine(played.Root, "results");
        await TakePartsAsync(played, await played.RunAsync(
            "/usr/bin/python3",
            [Example("subscribe.py"), "--host", "localhost", "--port", $"{played.Port}", "--keys", played.Keys, "--name", "ehr-bridge", "--out", kept, "--count", "4"],
            "listening"));
        Assert.Equal(3, Directory.GetFiles(kept).Length);
    }

    [OutsideFact]
    public async Task The_javascript_subscriber_knows_when_all_parts_of_a_result_are_there()
    {
        await using PlayedStation played = await PlayedStation.PrepareAsync();
        string kept = Path.Combine(played.Root, "results.jsonl");
        await TakePartsAsync(played, await played.RunAsync(
            "node",
            [Example("subscribe.mjs"), "--url", $"mqtts://localhost:{played.Port}", "--keys", played.Keys, "--name", "ehr-bridge", "--out", kept, "--count", "4"],
            "listening",
            OutsideTools.Folder));
        Assert.Equal(3, (await File.ReadAllLinesAsync(kept)).Length);
    }

    /// <summary>The parts of one result, the last first, one of them twice, and none with a property: known by the bundles themselves.</summary>
    private static async Task TakePartsAsync(PlayedStation played, PlayedStation.Program subscriber)
    {
        IReadOnlyList<SessionMessage> parts = SessionParts.Of(SeedSession.Long(2500, 2500, 2500, 9000), 1 << 16);
        foreach ((int part, string status) in (IEnumerable<(int, string)>)[(2, "stored"), (0, "stored"), (2, "duplicate"), (1, "stored")])
        {
            Assert.DoesNotContain("complete", subscriber.Said, StringComparison.Ordinal);
            await played.RepeatAsync(new Overheard("vascular/v1/lab-a/bedside-box-01/result/session", 1, false, 0, "application/fhir+json", [], null, [], Encoding.UTF8.GetString(SessionBundle.Bytes(parts[part]))));
            Assert.Equal((parts[part].Id.ToString(), status), Answer(await played.NextAsync("bedside-box-01")));
        }

        Assert.Equal(0, await subscriber.EndAsync());
        Assert.Contains($"complete {parts[0].Id}", subscriber.Said, StringComparison.Ordinal);
    }

    private static async Task TakeAsync(PlayedStation played, Func<int, Task<PlayedStation.Program>> subscribe)
    {
        PlayedStation.Program first = await subscribe(1);
        PlayedStation.Program station = await played.ServeAsync("seed-2017-09-pressures");
        Assert.Equal(0, await first.EndAsync());
        Assert.Contains("delivered", station.Said, StringComparison.Ordinal);
        Overheard result = (await played.UntilAsync("ehr-bridge", m => m.Topic.EndsWith("/result/session", StringComparison.Ordinal)))[^1];
        string id = result.Properties.Single(p => p.Name == "id").Value;
        Assert.Equal((id, "stored"), Answer(await played.NextAsync("bedside-box-01")));

        // the same result once more, to a new process and without properties: known by the bundle itself
        PlayedStation.Program second = await subscribe(1);
        await played.RepeatAsync(result);
        Assert.Equal(0, await second.EndAsync());
        Assert.Equal((id, "duplicate"), Answer(await played.NextAsync("bedside-box-01")));
    }

    private static (string? Id, string? Status) Answer(Overheard acknowledgement)
    {
        Assert.Equal("vascular/v1/lab-a/bedside-box-01/ack/ehr-bridge", acknowledgement.Topic);
        using JsonDocument body = JsonDocument.Parse(acknowledgement.Body);
        return (body.RootElement.GetProperty("id").GetString(), body.RootElement.GetProperty("status").GetString());
    }

    private static string Example(string name)
    {
        DirectoryInfo? up = new(AppContext.BaseDirectory);
        while (up is not null && !File.Exists(Path.Combine(up.FullName, "Acquisition.sln")))
        {
            up = up.Parent;
        }

        return Path.Combine(up!.FullName, "docs", "examples", name);
    }
}

/// <summary>Needs Debian's python3 and mosquitto-clients.</summary>
public sealed class PythonSubscriberFactAttribute : FactAttribute
{
    public PythonSubscriberFactAttribute() =>
        Skip = File.Exists("/usr/bin/python3") && File.Exists("/usr/bin/mosquitto_sub") ? null : "python3 or mosquitto_sub is not installed (apt-get install python3 mosquitto-clients)";
}
