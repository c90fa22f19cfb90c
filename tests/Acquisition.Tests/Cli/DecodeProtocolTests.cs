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

    private static async Task<string[]> Lines(string protocol, byte[] bytes)
    {
        string whole = await Text(protocol, new MemoryStream(bytes));
        Assert.Equal(whole, await Text(protocol, new OneByte(bytes)));
        return whole.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> Text(string protocol, Stream input)
    {
        using MemoryStream output = new();
        await DecodeCommand.DecodeAsync(protocol, input, output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>Hands out a byte at a time.</summary>
    private sealed class OneByte(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
