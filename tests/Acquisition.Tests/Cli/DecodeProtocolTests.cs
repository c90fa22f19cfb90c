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

    [Fact]
    public async Task Pulsesensor_lines_say_which_sensor() => Assert.Equal(
        [
            """{"offset":0,"frame":{"kind":"sample","sensor":0,"pleth":512}}""",
            """{"offset":6,"frame":{"kind":"pulse_rate","sensor":0,"pulse_per_min":72}}""",
            """{"offset":11,"frame":{"kind":"interval","sensor":0,"interval_ms":833}}""",
            """{"offset":17,"frame":{"kind":"plotter","sensor":0,"pulse_per_min":72,"interval_ms":833,"pleth":512}}""",
            """{"offset":29,"frame":{"kind":"sample","sensor":1,"pleth":498}}""",
            """{"offset":35,"fault":"range"}""",
        ],
        await Lines("pulsesensor", Encoding.ASCII.GetBytes("S512\r\nB72\r\nQ833\r\n72,833,512\r\nb498\r\nS5000\r\n")));

    [Fact]
    public async Task Masimo_lines_are_read_by_name() => Assert.Equal(
        [
            """{"offset":0,"frame":{"device_time":"2016-03-17T19:19:36","trend":false,"serial_number":null,"spo2_percent":98,"pulse_per_min":123,"perfusion_index_percent":0.55,"alarm":0,"exceptions":3072,"no_sensor":false,"defective_sensor":false,"low_perfusion":false,"pulse_search":false,"interference":false,"sensor_off":false,"ambient_light":false,"unrecognised_sensor":false,"low_signal_iq":true}}""",
            """{"offset":177,"fault":"truncated"}""",
        ],
        await Lines("masimo", Encoding.ASCII.GetBytes(
            "03/17/16 19:19:36 SN=---------- SPO2=098% BPM=123 PI=00.55 SPCO=--% SPMET=--.-% SPHB=--.- SPOC=-- RESVD=--- DESAT=-- PIDELTA=+-- PVI=--- ALARM=000000 EXC=0000C00 EXC1=00000000\n\r03/17/16")));

    [Fact]
    public async Task Accupulse_pressures_have_tenths_and_rails() => Assert.Equal(
        [
            """{"offset":0,"frame":{"kind":"accepted"}}""",
            """{"offset":2,"frame":{"kind":"cuff_pressure","cuff_mmHg":32,"out_of_range":null}}""",
            """{"offset":6,"frame":{"kind":"cuff_pressure","cuff_mmHg":-0.5,"out_of_range":null}}""",
            """{"offset":9,"frame":{"kind":"cuff_pressure","cuff_mmHg":null,"out_of_range":"above"}}""",
            """{"offset":14,"frame":{"kind":"text","text":"HH12080006"}}""",
            """{"offset":25,"frame":{"kind":"rejected"}}""",
        ],
        await Lines("accupulse", "=\r320\r-5\r4051\rHH12080006\r#"u8.ToArray()));

    [Fact]
    public async Task Intellivue_results_name_the_oxygen_tension()
    {
        byte[] result = Convert.FromHexString(
            "E1000002000200660001000700600021000000000C16005600010007530020240305140709000001000600000001003E00000002003801010002001609240004" +
            "000250D00950000A50D000000F20FF0001A4010200020016092400040002F03F0950000AF03F000017A0FF0001B9");
        byte[] serialPoll = Convert.FromHexString("C011010024E10000020001001C000000070016002100000000000000000C16000800010001000600008E95C1");
        Assert.Equal(
            [
                """{"offset":0,"frame":{"kind":"poll_result","invoke_id":1,"poll_number":1,"linked":null,"relative_time_s":60,"device_time":"2024-03-05T14:07:09","tcpo2_mmHg":42,"numerics":[{"handle":257,"physiological_id":"50D0","state":"0000","unit":"0F20","raw_value":42,"tcpo2_mmHg":42},{"handle":258,"physiological_id":"F03F","state":"0000","unit":"17A0","raw_value":44.1,"electrode_temperature_celsius":44.1}]}}""",
                """{"offset":112,"fault":"truncated"}""",
            ],
            await Lines("intellivue", [0, (byte)result.Length, .. result, 0]));
        Assert.Equal(
            ["""{"offset":0,"frame":{"kind":"poll_request","invoke_id":0,"poll_number":1}}"""],
            await Lines("intellivue", serialPoll));
    }

    [Fact]
    public async Task Pcd01_messages_have_observations_of_several_sites() => Assert.Equal(
        [
            """{"offset":0,"frame":{"type":"ORU^R01","control_id":"1001","version":"2.6","processing":"P","patient_id":"P0001","observations":[{"code":151760,"ref_id":"MDC_O2_TCUT","path":"1.1.1.1","value":42,"unit":"266016","status":"R","device_time":"2024-03-05T14:07:09","site":"DORSUM_FOOT","tcpo2_mmHg":42},{"code":151760,"ref_id":"MDC_O2_TCUT","path":"1.1.2.1","value":null,"unit":"266016","status":"X","device_time":"2024-03-05T14:07:10","site":null,"tcpo2_mmHg":null}]}}""",
        ],
        await Lines("pcd01", Encoding.ASCII.GetBytes(
            "\u000bMSH|^~\\&|TCGW|LAB|||20240305140709||ORU^R01^ORU_R01|1001|P|2.6|||NE|AL\rPID|||P0001^^^LAB^PI\rOBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1|42|266016^MDC_DIM_MMHG^MDC|||||R|||20240305140709||||||DORSUM_FOOT\r"
            + "OBX|2|NM|151760^MDC_O2_TCUT^MDC|1.1.2.1||266016^MDC_DIM_MMHG^MDC|||||X|||20240305140710\r\u001c\r")));

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
