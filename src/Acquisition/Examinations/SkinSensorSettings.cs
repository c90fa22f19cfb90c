using System.Text.Json.Nodes;
using Vascular.Devices.Tcm;

namespace Vascular.Acquisition.Examinations;

/// <summary>Which water vapour the calibration of a TcPO2 device takes off the pressure of the air (a setting of the device, never guessed).</summary>
public enum AirOf
{
    /// <summary>Not stated: the rule set's air point holds.</summary>
    NotStated,

    /// <summary>Dry calibration gas.</summary>
    Dry,

    /// <summary>Saturated at the electrode's temperature.</summary>
    Saturated,
}

/// <summary>How one TcPO2 monitor is wired to its converter and used.</summary>
/// <param name="Wiring">Inputs, zero offsets and range.</param>
/// <param name="SetCelsius">Temperature the electrode is set to, °C; null: not stated, warming counts from the first reading.</param>
/// <param name="SiteLimitS">The device's own limit at one place, s (burns); null where none is stated.</param>
/// <param name="Air">What its air calibration rests on; used with a barometer of the station.</param>
public sealed record SkinSensorSettings(TcmOptions Wiring, double? SetCelsius = null, double? SiteLimitS = null, AirOf Air = AirOf.NotStated)
{
    /// <summary>Oxygen, temperature and power on inputs 0, 1 and 2, up to 200 mmHg, nothing else stated.</summary>
    public static SkinSensorSettings Usual { get; } = new(new TcmOptions());

    public JsonObject ToJson() => new()
    {
        ["air"] = Word(Air),
        ["alarm"] = Json(Wiring.Alarm),
        ["oxygen"] = Json(Wiring.Oxygen),
        ["power"] = Json(Wiring.Power),
        ["range_mmHg"] = Wiring.Range == TcmRange.UpTo200 ? 200 : 800,
        ["set_celsius"] = SetCelsius,
        ["site_limit_s"] = SiteLimitS,
        ["temperature"] = Json(Wiring.Temperature),
    };

    /// <exception cref="FormatException">Not whole, or of a value that cannot be.</exception>
    public static SkinSensorSettings FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return new SkinSensorSettings(
                new TcmOptions
                {
                    Oxygen = Input(json, "oxygen") ?? throw new FormatException("The oxygen line of a skin sensor has no input."),
                    Temperature = Input(json, "temperature"),
                    Power = Input(json, "power"),
                    Alarm = Input(json, "alarm"),
                    Range = (int?)json["range_mmHg"] switch
                    {
                        200 => TcmRange.UpTo200,
                        800 => TcmRange.UpTo800,
                        _ => throw new FormatException("The range of a skin sensor is 200 or 800 mmHg."),
                    },
                },
                (double?)json["set_celsius"],
                (double?)json["site_limit_s"],
                ParseAir((string?)json["air"]));
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    public static string Word(AirOf air) => air switch { AirOf.Dry => "dry", AirOf.Saturated => "saturated", _ => "not_stated" };

    /// <exception cref="FormatException">None of the words.</exception>
    public static AirOf ParseAir(string? word) => word switch
    {
        "dry" => AirOf.Dry,
        "saturated" => AirOf.Saturated,
        "not_stated" => AirOf.NotStated,
        _ => throw new FormatException($"'{word}' is none of dry, saturated, not_stated."),
    };

    private static JsonObject? Json(TcmInput? input) => input is null ? null : new JsonObject { ["input"] = input.Number, ["zero_mV"] = input.ZeroMilliVolts };

    private static TcmInput? Input(JsonObject json, string output) => json[output] is JsonObject input
        ? new TcmInput((int?)input["input"] ?? throw new FormatException($"The {output} line of a skin sensor has no input."), (double?)input["zero_mV"] ?? 0)
        : null;
}
