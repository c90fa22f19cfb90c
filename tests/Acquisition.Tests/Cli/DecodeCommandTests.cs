using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Tests.Cli;

public class DecodeCommandTests
{
    private static readonly byte[] Packet = Convert.FromHexString("""
        8180000001 80825A48A4 8084AE6113 8086F6312D 80892C0035 828B4B0961 828D4C52AD 828F2A205B 8290E26155 82926E61E3
        8293CA6140 8294F30009 8295E600FD 8296A000B8 8297204881 82976461DE 82976C61E6 809737004E 8096C600DC 80961A0030
        8095354892 809419002D 8092C94823 809149005A 808F9C00AB
        """.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public async Task A_nonin_packet_gives_25_frames_and_one_packet()
    {
        List<JsonElement> lines = await Decode("nonin7", Packet);

        Assert.Equal(26, lines.Count);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => i * 5), lines.Take(25).Select(l => l.GetProperty("offset").GetInt32()));
        Assert.Equal(
            """{"offset":0,"frame":{"status":129,"sync":true,"sensor_disconnected":false,"artefact":false,"out_of_track":false,"sensor_alarm":false,"pulse_marker":false,"perfusion":null,"pleth":32768,"float":0}}""",
            lines[0].GetRawText());
        Assert.Equal("high", lines[5].GetProperty("frame").GetProperty("perfusion").GetString());
        JsonElement packet = lines[25].GetProperty("packet");
        Assert.Equal(0, lines[25].GetProperty("offset").GetInt32());
        Assert.Equal((72, 97, 1234), (Int(packet, "pulse_per_min"), Int(packet, "spo2_percent"), Int(packet, "timer_thirds_s")));
    }

    [Fact]
    public async Task Missing_numbers_are_null()
    {
        byte[] stream = [.. Packet];
        foreach ((int frame, byte value) in new (int, byte)[] { (0, 3), (1, 0x7F), (2, 0x7F) })
        {
            stream[frame * 5 + 4] += (byte)(value - stream[frame * 5 + 3]);
            stream[frame * 5 + 3] = value;
        }

        JsonElement packet = (await Decode("nonin7", stream))[^1].GetProperty("packet");
        Assert.Equal(JsonValueKind.Null, packet.GetProperty("pulse_per_min").ValueKind);
        Assert.Equal(JsonValueKind.Null, packet.GetProperty("spo2_percent").ValueKind);
        Assert.Equal(72, Int(packet, "pulse_display_per_min"));
    }

    [Fact]
    public async Task Faults_have_the_offset_of_the_first_byte_of_their_run()
    {
        byte[] stream = [0x00, 0x55, 0xFF, .. Packet, .. Packet, 0x80, 0x82];
        stream[3 + 30 * 5 + 2] ^= 1;
        List<JsonElement> lines = await Decode("nonin7", stream);

        Assert.Equal(
            ["""{"offset":0,"fault":"noise"}""", """{"offset":153,"fault":"checksum"}""", """{"offset":253,"fault":"truncated"}"""],
            lines.Where(l => l.TryGetProperty("fault", out _)).Select(l => l.GetRawText()));
        Assert.Equal(49, lines.Count(l => l.TryGetProperty("frame", out _)));
        Assert.Equal(3, Int(Assert.Single(lines, l => l.TryGetProperty("packet", out _)), "offset"));
    }

    [Fact]
    public async Task A_damaged_last_frame_is_a_checksum_and_no_truncation()
    {
        byte[] stream = [.. Packet];
        stream[^2] ^= 1;
        Assert.Equal("""{"offset":120,"fault":"checksum"}""", (await Decode("nonin7", stream))[^1].GetRawText());
    }

    [Fact]
    public async Task Bytes_that_are_no_frame_are_one_fault()
    {
        Assert.Equal(["""{"offset":0,"fault":"noise"}"""], (await Decode("nonin7", Encoding.ASCII.GetBytes(new string('U', 4001)))).Select(l => l.GetRawText()));
        Assert.Empty(await Decode("nonin7", []));
    }

    [Fact]
    public async Task A_cuff_module_speaks_in_field_units()
    {
        List<JsonElement> lines = await Decode("par", Encoding.ASCII.GetBytes(
            "?\u0002150C0S3\u0003\r\u0002999\u0003\r\u0002350C0S3\u0003\r\u0002S1;A0;C00;M00;P114070085;R072;T0000;;36\u0003\r\u0002S1;A0;C00;M07;P---------;R---;T0000;;F6\u0003\r\u000203"));

        Assert.Equal(
            [
                """{"offset":0,"fault":"noise"}""",
                """{"offset":1,"frame":{"kind":"cuff_pressure","cuff_mmHg":150,"cuff":0,"state":3}}""",
                """{"offset":11,"frame":{"kind":"end_of_measurement"}}""",
                """{"offset":17,"fault":"range"}""",
                """{"offset":27,"frame":{"kind":"status","state":1,"neonatal":false,"cycle":0,"message":0,"message_text":"result valid, or interrupted when there is none","systolic_mmHg":114,"diastolic_mmHg":70,"mean_mmHg":85,"pulse_per_min":72,"time":"0000","checksum_matches":true}}""",
                """{"offset":69,"frame":{"kind":"status","state":1,"neonatal":false,"cycle":0,"message":7,"message_text":"leakage","systolic_mmHg":null,"diastolic_mmHg":null,"mean_mmHg":null,"pulse_per_min":null,"time":"0000","checksum_matches":true}}""",
                """{"offset":111,"fault":"truncated"}""",
            ],
            lines.Select(l => l.GetRawText()));
    }

    [Theory]
    [InlineData("nonin7")]
    [InlineData("par")]
    public async Task Lines_do_not_depend_on_how_the_bytes_were_read(string protocol)
    {
        byte[] noise = new byte[300];
        new Random(4).NextBytes(noise);
        byte[] stream = [.. Packet, .. noise, .. Packet, .. "\u0002150C0S3\u0003\r\u0002S1"u8, .. noise, .. Packet, 0x80];
        string whole = await Text(protocol, new MemoryStream(stream));
        for (int size = 1; size < 50; size++)
        {
            Assert.Equal(whole, await Text(protocol, new Dribble(stream, size)));
        }
    }

    [Theory]
    [InlineData("modbus", CommandLine.Usage, "'modbus' is no protocol")]
    [InlineData("nonin7", CommandLine.Failed, "the file cannot be read")]
    public async Task What_cannot_be_decoded_is_refused_by_name(string protocol, int exit, string words)
    {
        StringWriter errors = new(CultureInfo.InvariantCulture);
        RootCommand root = new("test") { DecodeCommand.Build() };
        Assert.Equal(exit, await CommandLine.RunAsync(root, ["decode", protocol, "/nowhere/wire.bin", "--json"], errors));
        Assert.StartsWith("error: ", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains(words, errors.ToString(), StringComparison.Ordinal);
        Assert.True(errors.ToString().Count(c => c == ',') >= 2);
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static async Task<List<JsonElement>> Decode(string protocol, byte[] bytes) =>
        [.. (await Text(protocol, new MemoryStream(bytes))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];

    private static async Task<string> Text(string protocol, Stream input)
    {
        using MemoryStream output = new();
        await DecodeCommand.DecodeAsync(protocol, input, output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>Hands out a few bytes at a time.</summary>
    private sealed class Dribble(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
