using Vascular.Acquisition.Examinations;
using Vascular.Devices.Tcm;

namespace Vascular.Acquisition.Station;

/// <summary>The options of a TcPO2 monitor in <c>station.json</c>: how it is wired to its converter, and how it is used.</summary>
/// <remarks>What is left out is <see cref="SkinSensorSettings.Usual"/>. A null output is not wired.</remarks>
internal static class SkinSensorFile
{
    /// <summary>Names of the options.</summary>
    internal static readonly string[] Options = ["oxygen", "temperature", "power", "alarm", "range_mmHg", "set_celsius", "site_limit_min", "air"];

    private const double LowestSetCelsius = 37;
    private const double HighestSetCelsius = 45;
    private const int ShortestSiteMinutes = 5;
    private const int LongestSiteMinutes = 720;

    internal static SkinSensorSettings Read(ConfigurationNode? options)
    {
        if (options is not { } written)
        {
            return SkinSensorSettings.Usual;
        }

        TcmOptions usual = new();
        var wiring = new TcmOptions
        {
            Oxygen = ReadInput(written, "oxygen", usual.Oxygen) ?? throw written.Find("oxygen")!.Value.Wrong("a monitor without its oxygen output measures nothing", "write { \"input\": 0 }"),
            Temperature = ReadInput(written, "temperature", usual.Temperature),
            Power = ReadInput(written, "power", usual.Power),
            Alarm = ReadInput(written, "alarm", usual.Alarm),
            Range = ReadRange(written),
        };
        RefuseShared(written, wiring);
        double? set = written.Find("set_celsius")?.Number(LowestSetCelsius, HighestSetCelsius, " °C");
        int? minutes = written.Find("site_limit_min")?.Integer(ShortestSiteMinutes, LongestSiteMinutes, " min");
        return new SkinSensorSettings(wiring, set, minutes * 60.0, ReadAir(written, set));
    }

    private static TcmInput? ReadInput(ConfigurationNode options, string output, TcmInput? usual)
    {
        if (options.Find(output) is not { } wire)
        {
            return usual;
        }

        if (wire.IsNull)
        {
            return null;
        }

        wire.Only("input", "zero_mV");
        return new TcmInput(
            wire.Require("input", "0").Integer(0, 3),
            wire.Find("zero_mV")?.Number(-TcmInput.LargestZeroMilliVolts, TcmInput.LargestZeroMilliVolts, " mV") ?? 0);
    }

    private static TcmRange ReadRange(ConfigurationNode options) => options.Find("range_mmHg") switch
    {
        null => TcmRange.UpTo200,
        { } range => range.Integer(200, 800, " mmHg") switch
        {
            200 => TcmRange.UpTo200,
            800 => TcmRange.UpTo800,
            int other => throw range.Wrong($"the monitor has no range of {other} mmHg", "write 200 or 800, as chosen on the monitor"),
        },
    };

    private static AirOf ReadAir(ConfigurationNode options, double? setCelsius)
    {
        if (options.Find("air") is not { } word)
        {
            return AirOf.NotStated;
        }

        AirOf air = SkinSensorSettings.ParseAir(word.OneOf("dry", "saturated"));
        return air == AirOf.Saturated && setCelsius is null
            ? throw word.Wrong("air saturated at the electrode's temperature, and that temperature is not written", "write set_celsius beside it")
            : air;
    }

    /// <summary>Two outputs on one input would be read as each other.</summary>
    private static void RefuseShared(ConfigurationNode options, TcmOptions wiring)
    {
        (TcmOutput Output, TcmInput Input)[] wired = [.. wiring.Wired];
        foreach ((TcmOutput output, TcmInput input) in wired)
        {
            if (wired.FirstOrDefault(w => w.Output < output && w.Input.Number == input.Number) is { Input: not null } other)
            {
                throw options.Wrong(
                    $"input {input.Number} carries {Word(other.Output)} and {Word(output)}",
                    $"give each output an input of its own, or write \"{Word(output)}\": null where it is not wired");
            }
        }
    }

    private static string Word(TcmOutput output) => output switch
    {
        TcmOutput.Oxygen => "oxygen",
        TcmOutput.Temperature => "temperature",
        TcmOutput.Power => "power",
        _ => "alarm",
    };
}
