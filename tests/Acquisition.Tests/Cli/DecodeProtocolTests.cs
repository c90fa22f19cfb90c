using System.CommandLine;
using System.Globalization;
using System.Text;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Tests.Cli;

/// <summary>The lines of <c>decode</c> for the golden frames of each protocol page.</summary>
public class DecodeProtocolTests
{
    [Fact]
    public async Task Nonin_2_writes_frames_and_a_packet() => Assert.Equal(
        [
            """{"offset":0,"frame":{"status":129,"sync":true,"sensor_disconnected":false,"artefact":false,"out_of_track":false,"sensor_alarm":false,"pulse_marker":false,"perfusion":null,"pleth":1,"float":0}}""",
            """{"offset":5,"frame":{"status":128,"sync":false,"sensor_disconnected":false,"artefact":false,"out_of_track":false,"sensor_alarm":false,"pulse_marker":false,"perfusion":null,"pleth":1,"float":72}}""",
            """{"offset":10,"fault":"checksum"}""",
        ],
        await Lines("nonin2", Convert.FromHexString("018101008301800148CA01800148CB")));

    [Fact]
    public async Task Nonin_1_8_and_13_write_numbers()
    {
        Assert.Equal(
            [
                """{"offset":0,"frame":{"pulse_per_min":142,"spo2_percent":93,"out_of_track":false,"low_perfusion":true,"marginal_perfusion":false,"artefact":false,"sensor_disconnected":false}}""",
                """{"offset":3,"frame":{"pulse_per_min":null,"spo2_percent":null,"out_of_track":false,"low_perfusion":false,"marginal_perfusion":false,"artefact":false,"sensor_disconnected":true}}""",
            ],
            await Lines("nonin1", Convert.FromHexString("910E5DC37F7F")));
        Assert.Equal(
            [
                """{"offset":0,"fault":"noise"}""",
                """{"offset":1,"frame":{"pulse_per_min":142,"spo2_percent":93,"out_of_track":false,"low_perfusion":false,"marginal_perfusion":false,"artefact":false,"sensor_alarm":false,"high_quality":true,"low_battery":false}}""",
                """{"offset":5,"fault":"truncated"}""",
            ],
            await Lines("nonin8", Convert.FromHexString("00810E5D20A37F")));
        Assert.Equal(
            ["""{"offset":0,"frame":{"device_time":"2024-03-05T14:07:09","pulse_per_min":72,"spo2_percent":97,"high_quality":true,"no_measurement":false,"from_memory":false,"low_battery":false}}"""],
            await Lines("nonin13", Convert.FromHexString("0002000D000E202403051407090002000048006" + "11B03")));
    }

    [Fact]
    public async Task Contec_v7_writes_samples_and_answers() => Assert.Equal(
        [
            """{"offset":0,"frame":{"kind":"real_time","pleth":100,"pulse_per_min":142,"spo2_percent":93,"perfusion_index_percent":12.34,"signal_strength":3,"bar":12,"beep":false,"searching":false,"searching_too_long":false,"low_spo2":false,"probe_error":false}}""",
            """{"offset":9,"frame":{"kind":"real_time","pleth":64,"pulse_per_min":null,"spo2_percent":null,"perfusion_index_percent":null,"signal_strength":0,"bar":0,"beep":false,"searching":false,"searching_too_long":false,"low_spo2":false,"probe_error":true}}""",
            """{"offset":18,"frame":{"kind":"free"}}""",
            """{"offset":20,"frame":{"kind":"command_feedback","command":183,"reason":5}}""",
            """{"offset":24,"frame":{"kind":"device_id","device_id":"CMS50E"}}""",
            """{"offset":33,"frame":{"kind":"storage_length","user":0,"segment":0,"bytes":86031}}""",
            """{"offset":41,"frame":{"kind":"other","type":16,"data":"02"}}""",
            """{"offset":44,"fault":"truncated"}""",
        ],
        await Lines("contec-v7", Convert.FromHexString("01A883E48C8EDDD284" + "01E980C090FFFFFFFF" + "0C80" + "0B81B785" + "0480C3CDD3B5B0C580" + "088080808FD08180" + "108082" + "0180")));

    [Fact]
    public async Task Five_bytes_are_read_in_the_dialect_asked_for()
    {
        byte[] unplugged = Convert.FromHexString("A000507F7F");
        Assert.Equal(
            ["""{"offset":0,"frame":{"pleth":null,"pulse_per_min":null,"spo2_percent":null,"signal_strength":0,"bar":null,"beep":false,"searching":false,"no_signal":false,"probe_unplugged":true,"no_finger":true}}"""],
            await Lines("oximeter-5byte", unplugged));
        Assert.Equal(
            ["""{"offset":0,"frame":{"pleth":0,"pulse_per_min":null,"spo2_percent":null,"signal_strength":0,"bar":0,"beep":false,"searching":false,"finger_out":false,"spo2_dropping":true,"probe_error":true}}"""],
            await Lines("oximeter-5byte", unplugged, "contec"));
        Assert.Equal(
            ["""{"offset":0,"frame":{"pleth":42,"pulse_per_min":142,"spo2_percent":96,"signal_strength":6,"bar":7,"beep":false,"searching":false,"no_signal":false,"probe_unplugged":false,"no_finger":false}}"""],
            await Lines("oximeter-5byte", Convert.FromHexString("862A470E60"), "berry"));
    }

    [Theory]
    [InlineData("--dialect belongs to oximeter-5byte", "decode", "par", "-", "--dialect", "berry")]
    [InlineData("'masimo'", "decode", "oximeter-5byte", "-", "--dialect", "masimo")]
    public async Task A_dialect_that_does_not_fit_is_refused(string words, params string[] args)
    {
        StringWriter errors = new(CultureInfo.InvariantCulture);
        Assert.Equal(CommandLine.Usage, await CommandLine.RunAsync(new RootCommand("test") { DecodeCommand.Build() }, args, errors));
        Assert.Contains(words, errors.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string[]> Lines(string protocol, byte[] bytes, string? dialect = null)
    {
        string whole = await Text(protocol, new MemoryStream(bytes), dialect);
        Assert.Equal(whole, await Text(protocol, new OneByte(bytes), dialect));
        return whole.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> Text(string protocol, Stream input, string? dialect)
    {
        using MemoryStream output = new();
        await DecodeCommand.DecodeAsync(protocol, input, output, CancellationToken.None, dialect);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>Hands out a byte at a time.</summary>
    private sealed class OneByte(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
