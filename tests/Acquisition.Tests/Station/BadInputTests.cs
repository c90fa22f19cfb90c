using System.Buffers;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Examinations;
using Vascular.Devices.Nonin;
using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>What devices and people may say that is wrong, against a whole station: it is named, nothing recorded is lost, and the others go on.</summary>
public sealed class BadInputTests
{
    private static readonly TimeSpan Frames = TimeSpan.FromMilliseconds(40);

    [Fact]
    public async Task Devices_that_speak_the_wrong_protocol_or_are_not_there_are_named_and_the_others_go_on()
    {
        await using var bench = new LiveBench();
        await using var good = new TalkingDevice(Pulse, Frames);
        await using var nonin = new TalkingDevice(Pulse, Frames);
        await using var par = new TalkingDevice(_ => ParLine(), Frames);
        string missing = Path.Combine(bench.Folder, "ttyMissing");
        await bench.StartAsync(
            LiveBench.Tcp("ppg-1", "nonin7", good.Port), LiveBench.Tcp("ppg-2", "nonin7", par.Port), LiveBench.Tcp("cuff-1", "par", nonin.Port), LiveBench.Serial("ppg-3", "nonin7", missing));

        await bench.UntilSaidAsync(l => l.Contains("\"link\":\"ppg-1\",\"event\":\"connected\"", StringComparison.Ordinal));
        await bench.UntilSaidAsync(l => l.Contains($"\"link\":\"ppg-3\",\"event\":\"not_connected\"", StringComparison.Ordinal)
            && l.Contains($"no such port: {missing}, plug it in or correct devices[3].link.path", StringComparison.Ordinal));
        await bench.DoneAsync("""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"TEST-1"}""");
        await bench.DoneAsync("""{"kind":"bind","link":"ppg-1","site":"R.TOE"}""");
        await bench.DoneAsync("""{"kind":"start","step":"ppg.right"}""");
        await bench.UntilSaidAsync(l => NotUnderstood(l, "ppg-2", "nonin7"));
        await bench.UntilSaidAsync(l => NotUnderstood(l, "cuff-1", "par"));
        Assert.False(bench.WasSaid(l => NotUnderstood(l, "ppg-1", "nonin7")));
        Assert.Contains("not connected", Refused(await bench.DoAsync("""{"kind":"bind","link":"ppg-3","site":"L.TOE"}""")), StringComparison.Ordinal);

        await bench.DoneAsync("""{"kind":"stop","step":"ppg.right"}""");
        await bench.DoneAsync("""{"kind":"end"}""");
        ExaminationFold fold = await bench.EndedAsync();

        Assert.True(fold.Channels[0].Refused <= 1);
        AssertTapedIsSaid(bench.Taped(1), good.Said);
        AssertTapedIsSaid(bench.Taped(2), par.Said);
        AssertTapedIsSaid(bench.Taped(3), nonin.Said);
        Assert.Empty(bench.Verify().Faults);
        Assert.Empty(bench.Replayed().Differences);
    }

    [Fact]
    public async Task Half_frames_noise_and_wrong_checksums_are_refused_and_taped_and_the_frames_between_them_are_read()
    {
        await using var bench = new LiveBench();
        await using var device = new TalkingDevice(Spoilt, Frames);
        await bench.StartAsync(LiveBench.Tcp("ppg-1", "nonin7", device.Port));
        await bench.UntilSaidAsync(l => l.Contains("\"event\":\"bytes_refused\"", StringComparison.Ordinal)
            && l.Contains("checksum", StringComparison.Ordinal) && l.Contains("on ppg-1, look at its cable and plugs", StringComparison.Ordinal));
        await bench.DoneAsync("""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"TEST-1"}""");
        await bench.DoneAsync("""{"kind":"end"}""");
        ExaminationFold fold = await bench.EndedAsync();

        Assert.True(fold.Channels[0].Refused > 5);
        AssertTapedIsSaid(bench.Taped(1), device.Said);
        Assert.Empty(bench.Replayed().Differences);
    }

    [Fact]
    public async Task A_format_that_is_tried_because_nothing_of_the_one_before_is_understood_is_said()
    {
        await using var bench = new LiveBench();
        await using var device = new TalkingDevice(_ => [0x13, 0x37, 0x42, 0x55, 0x11, 0x66, 0x02, 0x31], Frames);
        await bench.StartAsync($$"""{ "name": "ppg-1", "protocol": "nonin7", "options": { "fall_back": true }, "link": { "kind": "tcp", "host": "127.0.0.1", "port": {{device.Port}} } }""");
        await bench.UntilSaidAsync(l => l.Contains("\"link\":\"ppg-1\",\"event\":\"format_tried\"", StringComparison.Ordinal)
            && l.Contains("\"detail\":\"nonin format 2 is tried, on ppg-1\"", StringComparison.Ordinal));
        Assert.False(bench.WasSaid(l => l.Contains("\"event\":\"identified\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_line_at_the_door_that_is_no_act_is_refused_and_the_examination_goes_on()
    {
        await using var bench = new LiveBench();
        await bench.StartAsync();
        string[] wrong =
        [
            "garbage", "7", "[]", "null", "{", """{"kind":7}""", """{"kind":"bind","kind":"bind"}""", """{"kind":"start"}""", """{"kind":"explode"}""",
            """{"kind":"mark","sound":"returned","uncertainty_ns":"x"}""", """{"kind":"accept","findings":[{"id":"x","version":1}]}""", """{"kind":"accept","step":7}""",
            """{"kind":"comment","text":"\ud800"}""", """{"kind":"temperature","where":"room","celsius":1e999}""", """{"kind":"patient","system":[],"value":{}}""",
            """{"kind":"patient","system":"s","value":"v","gender":7}""", """{"kind":"bind","link":"ppg-1","site":"NOSE"}""", new string('x', 100_000),
        ];
        foreach (string line in wrong)
        {
            Assert.NotEmpty(Refused(await bench.DoAsync(line)));
        }

        await bench.DoneAsync("""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"TEST-1"}""");
        Assert.Contains("no cuff is on R.ARM", Refused(await bench.DoAsync("""{"kind":"start","step":"arm.right"}""")), StringComparison.Ordinal);
        await bench.DoneAsync("""{"kind":"end"}""");
        Assert.Equal(2, (await bench.EndedAsync()).Acts.All.Count);
        Assert.Empty(bench.Verify().Faults);
    }

    private static string Refused(JsonObject answer) => (string?)answer["refused"] ?? string.Empty;

    private static bool NotUnderstood(string line, string link, string protocol) =>
        line.Contains($"\"link\":\"{link}\",\"event\":\"not_understood\"", StringComparison.Ordinal)
        && line.Contains($"no whole {protocol} frame is among them, on {link}, check its protocol, speed and cable in station.json", StringComparison.Ordinal);

    /// <summary>A socket loses nothing: what is taped is what was said, until the examination ended.</summary>
    private static void AssertTapedIsSaid(byte[] taped, byte[] said)
    {
        Assert.True(taped.Length > 100, $"{taped.Length} bytes were taped");
        Assert.Equal(Convert.ToHexString(said.AsSpan(0, taped.Length)), Convert.ToHexString(taped));
    }

    /// <summary>Three frames, 40 ms of a format 7 stream; the status of a packet's first frame carries the sync bit.</summary>
    private static byte[] Pulse(int turn)
    {
        ArrayBufferWriter<byte> wire = new();
        for (int i = 0; i < 3; i++)
        {
            int frame = (turn * 3) + i;
            NoninStatus status = NoninStatus.Always | (frame % NoninCodec.FramesPerPacket == 0 ? NoninStatus.Sync : NoninStatus.None);
            NoninCodec.WriteFormat7(new NoninFrame(status, (ushort)(32_768 + (frame % 60 * 50)), 0), wire);
        }

        return wire.WrittenSpan.ToArray();
    }

    /// <summary>As <see cref="Pulse"/>, with every tenth turn cut, followed by noise, or with one bit turned over.</summary>
    private static byte[] Spoilt(int turn)
    {
        byte[] bytes = Pulse(turn);
        switch (turn % 30)
        {
            case 10:
                return bytes[..^3];
            case 20:
                return [.. bytes, 0x00, 0x13, 0x7F];
            case 29:
                bytes[7] ^= 0x10;
                return bytes;
            default:
                return bytes;
        }
    }

    private static byte[] ParLine()
    {
        ArrayBufferWriter<byte> wire = new();
        ParCodec.Write(ParFrame.CuffPressure(120, ParState.Manometer), wire);
        return wire.WrittenSpan.ToArray();
    }
}
