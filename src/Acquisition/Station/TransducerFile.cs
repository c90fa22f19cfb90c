using Vascular.Acquisition.Examinations;
using Vascular.Devices.Mcp320x;
using Vascular.Devices.Transducers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Station;

/// <summary>The options of a pressure transducer in <c>station.json</c>: its converter, the reference that no wire tells, and its calibration.</summary>
internal static class TransducerFile
{
    private const double LargestZeroMilliVolts = 5500;
    private const double LargestMmHgPerMilliVolt = 1000;
    private const double SmallestMmHgPerMilliVolt = 0.001;
    private const int LongestSource = 80;

    private static readonly string[] ForAll = ["reference_mV", "calibration", DeviceProtocol.CuffLimit];

    internal static bool Reads(string protocol) => protocol is ChannelSettings.Mcp320x or ChannelSettings.Hx711;

    /// <summary>Names of the options of a protocol.</summary>
    internal static string[] OptionsOf(string protocol) => protocol == ChannelSettings.Hx711 ? ["gain", .. ForAll] : ["converter", "input", .. ForAll];

    /// <param name="written">Null where the device has no options: only one that is simulated needs none.</param>
    internal static TransducerSettings Read(string protocol, ConfigurationNode device, ConfigurationNode? written, bool simulated)
    {
        if (simulated && written is null)
        {
            return TransducerSettings.Simulated(protocol);
        }

        ConfigurationNode options = written ?? device.Require("options", "{ \"reference_mV\": 5000 }");
        double reference = options.Require("reference_mV", "5000").Number(TransducerOptions.LowestReferenceMilliVolts, TransducerOptions.HighestReferenceMilliVolts, " mV");
        TransducerCalibration? calibration = options.Find("calibration") is { IsNull: false } said ? ReadCalibration(said) : null;
        if (protocol == ChannelSettings.Hx711)
        {
            int gain = options.Find("gain") is not { } wanted ? 128
                : wanted.Integer(32, 128) is var number and (32 or 64 or 128) ? number : throw wanted.Wrong("an HX711 has no such gain", "write 128, 64 or 32");
            return new TransducerSettings("hx711", 0, gain, reference, calibration);
        }

        string converter = options.Require("converter", "\"mcp3208\"").OneOf([.. TransducerSettings.Parts]);
        var settings = new TransducerSettings(converter, 0, 1, reference, calibration);
        return settings with { Input = options.Find("input")?.Integer(0, Mcp320xCodec.Inputs(settings.Part!.Value) - 1) ?? 0 };
    }

    private static TransducerCalibration ReadCalibration(ConfigurationNode said)
    {
        said.Only("zero_mV", "mmHg_per_mV", "range_mmHg", "source");
        ConfigurationNode slope = said.Require("mmHg_per_mV", "0.5");
        double perMilliVolt = slope.Number(-LargestMmHgPerMilliVolt, LargestMmHgPerMilliVolt, " mmHg");
        if (Math.Abs(perMilliVolt) < SmallestMmHgPerMilliVolt)
        {
            throw slope.Wrong("a millivolt of a transducer is never that little", "write what a manometer and the voltage beside it say");
        }

        ConfigurationNode source = said.Require("source", "\"manometer M-17, 2026-11-20\"");
        string who = source.Text("what the calibration was held against, and when");
        return new TransducerCalibration(
            said.Require("zero_mV", "40").Number(-LargestZeroMilliVolts, LargestZeroMilliVolts, " mV"),
            perMilliVolt,
            said.Require("range_mmHg", "300").Integer(50, 400, " mmHg"),
            who.Length is > 0 and <= LongestSource ? who : throw source.Wrong($"a source has 1 to {LongestSource} characters", "write the manometer and the day"));
    }
}
