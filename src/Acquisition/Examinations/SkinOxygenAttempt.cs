using System.Globalization;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>TcPO2 of one place: one electrode from application to its answer. Goes on beside the other steps of the examination.</summary>
/// <remarks>The value is what <see cref="Plateau"/> makes of the electrode's readings. The heater counts as ready within
/// <see cref="ReadyWithinCelsius"/> of the temperature it is set to and as off more than <see cref="OffBelowCelsius"/> under it, where the settings state one and
/// the line is wired; else warming counts from the first reading.</remarks>
public sealed class SkinOxygenAttempt : Attempt
{
    /// <summary>The output's tolerance of ±10 mV is ±0.5 °C.</summary>
    public const double ReadyWithinCelsius = 0.5;
    public const double OffBelowCelsius = 1.5;

    private const int MostRecent = 512;

    private readonly Plateau _plateau;
    private readonly SkinSensorSettings _sensor;
    private readonly RecentReadings _celsius = new(MostRecent);
    private readonly RecentReadings _milliWatts = new(MostRecent);
    private bool _heaterReady;
    private bool _alarmed;
    private bool _lost;

    /// <param name="rule">Of the settings in force when the step started.</param>
    /// <param name="airPointMmHg">From a barometer of the station; null: the rule's.</param>
    public SkinOxygenAttempt(
        Guid examination, ProtocolStep step, int number, int binding, NumberedAct start, IReadOnlyList<Channel> channels, IReadOnlyList<int> bindActs, PlateauRule rule, double? airPointMmHg)
        : base(examination, step, number, binding, start, channels, bindActs)
    {
        _sensor = Channels[0].Settings.SkinSensor ?? SkinSensorSettings.Usual;
        _plateau = new Plateau(rule, airPointMmHg, _sensor.SiteLimitS, start.AtNs);
        AirPointMmHg = airPointMmHg;
    }

    /// <summary>Air point of this electrode by the station's barometer, mmHg; null: none was read, the rule's holds.</summary>
    public double? AirPointMmHg { get; }

    /// <summary>Where the measurement stands, for the screen.</summary>
    public PlateauResult Now => _plateau.Result;

    /// <summary>Nothing better comes: a plateau, none before the time was over, or the place's own time is over.</summary>
    public bool HasAnswer => Now.Phase is PlateauPhase.Plateau or PlateauPhase.NoPlateau or PlateauPhase.SiteLimit;

    /// <summary>Where it may settle. For the screen only.</summary>
    public ScreenForecast? Forecast => _plateau.Forecast;

    /// <summary>How the value moves, mmHg/min over the window that is judged; null while that is not whole. For the screen.</summary>
    public double? SlopeMmHgPerMin => _plateau.SlopeMmHgPerMin;

    /// <summary>Before this no answer can come; null where warming has not begun. For the screen.</summary>
    public long? WarmAtNs => _plateau.WarmAtNs;

    /// <summary>Temperature the electrode is set to, °C; null where it is not stated.</summary>
    public double? SetCelsius => _sensor.SetCelsius;

    /// <summary>The device's own limit at one place, s; null where none is stated.</summary>
    public double? SiteLimitS => _sensor.SiteLimitS;

    /// <summary>Newest value of the electrode, mmHg, and when; null before the first and while there is none. For the screen.</summary>
    public (long AtNs, double MmHg)? Newest { get; private set; }

    /// <summary>Newest temperature of the electrode, °C; null where it is not wired. For the screen.</summary>
    public double? NewestCelsius => _celsius.Newest;

    public override void Take(Channel channel, in Reading reading)
    {
        switch (reading.Kind)
        {
            case ReadingKind.TranscutaneousOxygen:
                TakeOxygen(reading);
                break;
            case ReadingKind.ElectrodeTemperature when reading.HasValue:
                _celsius.Add(reading.AtNs, reading.Value);
                WatchHeater(reading.AtNs, reading.Value);
                break;
            case ReadingKind.HeatingPower when reading.HasValue:
                _milliWatts.Add(reading.AtNs, reading.Value);
                break;
            case ReadingKind.Refused:
                _lost = true;
                break;
        }
    }

    public override void Tick(long atNs) => _plateau.Tick(atNs);

    protected override void OnGap(Channel channel, long atNs)
    {
        _plateau.Gap(atNs);
        Newest = null;
    }

    public override Finding Evaluate(AttemptContext context)
    {
        Method method = Methods.SkinOxygen;
        if (Broken(method) is { } broken)
        {
            return broken;
        }

        PlateauResult result = _plateau.Result;
        Finding finding = Answer(method, result);
        return finding with { Flags = [.. finding.Flags, .. context.Settings.Rules.FlagsOf("plateau")] };
    }

    private Finding Answer(Method method, in PlateauResult result) =>
        result.State switch
        {
            MeasurementState.Measured when GapWithin(result.FromNs, result.ToNs) => Unreadable(method, "readings are missing where the value was decided") with { Flags = Flags(result) },
            MeasurementState.Measured => Measured(method, result),
            MeasurementState.NotObtainable => Draft(MeasurementState.NotObtainable, method, "not obtainable") with { Reason = "the device's own time limit at one place was reached before an answer", Flags = Flags(result) },
            MeasurementState.Running => Unreadable(method, $"stopped before an answer: {Words(result.Phase)}") with { Flags = Flags(result) },
            _ => Unreadable(method, $"no answer: {Words(result.Phase)}") with { Flags = Flags(result) },
        };

    private void TakeOxygen(in Reading reading)
    {
        _alarmed |= (reading.Marks & QualityMarks.SensorAlarm) != 0;
        if (reading.HasValue)
        {
            Newest = (reading.AtNs, reading.Value);
            _plateau.Take(reading.AtNs, reading.Value);
        }
        else
        {
            Newest = null;
            if ((reading.Marks & QualityMarks.AboveRange) != 0)
            {
                // at least the limit of the range, which lies above air
                _plateau.Take(reading.AtNs, reading.Detail);
            }
        }
    }

    private void WatchHeater(long atNs, double celsius)
    {
        if (_sensor.SetCelsius is not { } set)
        {
            return;
        }

        if (!_heaterReady && celsius >= set - ReadyWithinCelsius)
        {
            _heaterReady = true;
            _plateau.HeaterReady(atNs);
        }
        else if (celsius < set - OffBelowCelsius && (_heaterReady || _celsius.Count == 1))
        {
            _heaterReady = false;
            _plateau.HeaterOff(atNs);
        }
    }

    private Finding Measured(Method method, PlateauResult result)
    {
        int printed = result.PrintedMmHg!.Value;
        return Draft(MeasurementState.Measured, method, printed.ToString(CultureInfo.InvariantCulture)) with
        {
            Value = printed,
            Unrounded = result.TensionMmHg,
            Uncertainty = result.UncertaintyMmHg,
            Flags = Flags(result),
            FromAtNs = result.FromNs,
            ToAtNs = result.ToNs,
            Parts =
            [
                new FindingPart("tcpo2-plat-time", (result.AtNs!.Value - StartedAtNs) / 1e9, "s"),
                Part("electrode-temp", "Cel", _sensor.Wiring.Temperature is null, _celsius, result),
                Part("electrode-power", "mW", _sensor.Wiring.Power is null, _milliWatts, result),
                new FindingPart("slope", result.SlopeMmHgPerMin, "mm[Hg]/min", result.SlopeMmHgPerMin is null ? "no slope was stated" : null),
                .. Uncertain(result.Uncertain, "mm[Hg]"),
                new FindingPart("air-point", AirPointMmHg, "mm[Hg]", AirPointMmHg is null ? "no barometer was read: the rule set's air point" : null),
            ],
        };
    }

    private static FindingPart Part(string name, string unit, bool isNotWired, RecentReadings readings, PlateauResult result) =>
        readings.MedianWithin(result.FromNs, result.ToNs) is { } median
            ? new FindingPart(name, median, unit)
            : new FindingPart(name, null, unit, isNotWired ? "this output is not wired" : "no value while the answer was decided");

    private string[] Flags(PlateauResult result) => [.. result.Flags.Words(), .. _alarmed ? ["device_alarm"] : Array.Empty<string>(), .. _lost ? ["bytes_lost"] : Array.Empty<string>()];

    private static string Words(PlateauPhase phase) => phase.Word().Replace('_', ' ');
}
