using System.Text.Json.Nodes;
using Vascular.Acquisition.Tests.Publishing;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Every message on the wire of a played examination against docs/asyncapi.yaml.</summary>
public sealed class MessagesTests
{
    private const string Box = "vascular/v1/lab-a/bedside-box-01";

    [OutsideFact]
    public async Task Every_message_of_an_examination_is_as_the_document_says()
    {
        await using PlayedStation played = await PlayedStation.PrepareAsync();
        await played.RecordAsync(Path.Combine(played.Root, "results.jsonl"));
        PlayedStation.Program station = await played.ServeAsync("seed-2017-09");
        await played.AskAsync("ping", "{}", [1, 2, 255]);
        await played.AskAsync("resend", "{}", [4]);
        await played.AskAsync("resend", "{\"ids\":[]}", [5]);
        List<Overheard> messages = await played.UntilAsync("bedside-box-01", m => m.Correlation is [5]);   // acknowledgement and commands, as they came
        messages.AddRange(await played.UntilAsync("ehr-bridge", m => m.Correlation is [5]));
        Assert.Equal(0, await station.StopAsync());
        messages.AddRange(await played.UntilAsync("ehr-bridge", m => m.Topic == Box + "/state" && m.Body.Contains("stopped", StringComparison.Ordinal)));
        messages.AddRange((await played.UntilAsync("monitor", m => m.Topic == Box + "/state" && m.Body.Contains("stopped", StringComparison.Ordinal))).Where(m => m.Topic.Contains("/dev/", StringComparison.Ordinal)));

        Assert.Equal(["""{"status":"done"}""", """{"status":"done","reason":"nothing of it is owed"}"""], messages.Where(m => m.Topic == Box + "/reply/ehr-bridge").Select(m => m.Body).Distinct());
        (int exit, string said) = await CheckAsync(played, messages);
        Assert.True(exit == 0, said);
        Assert.Matches("^seen acknowledgement 1, command 3, deviceState [0-9]+, gatewayState [0-9]+, reply 3, result 1, technicalEvent [0-9]+\n$", said);
        Assert.Contains(messages, m => m.Topic == Box + "/dev/cuff-1/state" && m.Body.Contains("\"measuring\"", StringComparison.Ordinal));
        Assert.Contains(messages, m => m.Topic == Box + "/dev/cuff-1/state" && m.Body.Contains("\"disconnected\"", StringComparison.Ordinal));

        await EveryFaultIsFoundAsync(played, messages);
    }

    [Fact]
    public async Task A_station_on_real_lines_tells_how_its_devices_stand()
    {
        await using PlayedStation played = await PlayedStation.PrepareAsync();
        string path = Path.Combine(played.Root, "no-such-port");
        PlayedStation.Program station = await played.ServeLiveAsync(new { name = "ppg-1", protocol = "nonin7", link = new { kind = "serial", path } });
        Overheard state = (await played.UntilAsync("monitor", m => m.Topic == Box + "/dev/ppg-1/state"))[^1];
        Assert.True(state.Retain);
        Assert.StartsWith("""{"state":"disconnected","reason":"not-connected","time":""", state.Body, StringComparison.Ordinal);
        Overheard happened = (await played.UntilAsync("ehr-bridge", m => m.Topic == Box + "/event/link"))[^1];
        Assert.StartsWith("""{"code":"not-connected","severity":"warning","device":"ppg-1",""", happened.Body, StringComparison.Ordinal);
        Assert.Equal(0, await station.StopAsync());
        await played.UntilAsync("monitor", m => m.Topic == Box + "/state" && m.Body.Contains("stopped", StringComparison.Ordinal));
    }

    /// <summary>A check that cannot fail is none: the same messages, each with one fault.</summary>
    private static async Task EveryFaultIsFoundAsync(PlayedStation played, List<Overheard> messages)
    {
        Overheard Of(string level) => messages.First(m => m.Topic.Contains(level, StringComparison.Ordinal));
        Overheard[] faulty =
        [
            Of("/state") with { Topic = Box + "/status" },
            Of("/state") with { Retain = false },
            Of("/state") with { Qos = 0 },
            Of("/state") with { Properties = [("mrn", "1")] },
            Changed(Of("/state"), "state", "asleep"),
            Changed(Of("/state"), "patient", "x"),
            Changed(Of("/dev/"), "state", null),
            Changed(Of("/event/"), "severity", "bad"),
            Of("/event/") with { Expires = 0 },
            Of("/event/") with { Properties = [.. Of("/event/").Properties.Where(p => p.Name != "id")] },
            Of("/result/") with { Retain = true },
            Of("/result/") with { ContentType = "text/plain" },
            Of("/result/") with { Properties = [.. Of("/result/").Properties, ("patient", "x")] },
            Changed(Of("/result/"), "type", "collection"),
            Changed(Of("/ack/"), "status", "kept"),
            Changed(Of("/reply/"), "status", "perhaps"),
        ];
        (int exit, string said) = await CheckAsync(played, faulty);
        Assert.Equal(1, exit);
        for (int number = 1; number <= faulty.Length; number++)
        {
            Assert.True(said.Contains($"BAD {number} ", StringComparison.Ordinal), $"fault {number} was not found\n{said}");
        }
    }

    private static Overheard Changed(Overheard message, string field, string? value)
    {
        JsonObject body = JsonNode.Parse(message.Body)!.AsObject();
        body.Remove(field);
        if (value is not null)
        {
            body[field] = value;
        }

        return message with { Body = body.ToJsonString() };
    }

    private static async Task<(int Exit, string Output)> CheckAsync(PlayedStation played, IEnumerable<Overheard> messages)
    {
        string file = Path.Combine(played.Root, "messages.jsonl");
        await File.WriteAllLinesAsync(file, messages.Select(m => m.ToLine()));
        return await OutsideTools.RunAsync("check-messages.mjs", Path.Combine(OutsideTools.Folder!, "..", "..", "docs", "asyncapi.yaml"), file);
    }
}
