using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Oxygen;

/// <summary>TcPO2 of one place: a fold over the electrode's readings that waits for the skin to be warm and the value to be steady.</summary>
/// <remarks>
/// [D] No standard was found; practice is 10 to 20 minutes [R], and after 14 minutes values still change by 0.8 % a minute [V] Chiang 2018. Ten-second
/// medians; warming until 10 minutes after the heater reached its set point (after application where no device says so), and again after any lift, air
/// leak or fault. A plateau: over the last 180 s the Theil-Sen slope within 0.5 mmHg/min and the 5 to 95 % range at most 3 mmHg (5 % of the value if that is
/// more), held for 60 s; the value is the median of the last 60 s. It is withdrawn when the slope passes 1 mmHg/min. At 20 minutes without one the
/// median of the last 60 s is the answer, with its slope and the flag <c>no_plateau</c>. What happens to the electrode after an answer (it is taken off: air)
/// leaves the answer alone.
/// <para>The 95 % half width joins the scatter of the medians, the slope carried on, the zero point and the air calibration. Two places 1 to 2 cm
/// apart differ by 7.4 mmHg on average [V] Rooke and Osmundson 1989: that is not in it.</para>
/// <para>Causal, without a clock: time comes with the readings and <see cref="Tick"/>. Constant memory, no allocation after construction. 0.1 to 2 Hz.</para>
/// </remarks>
public sealed class Plateau
{
    /// <summary>Name and version of the method as findings carry them.</summary>
    public const string Method = "tcpo2-plateau";
    public const int Version = 3;

    public const double LowestRateHz = 0.1;
    public const double HighestRateHz = 2;

    /// <summary>Half width of a 95 % interval over a standard deviation, and of a median's standard error over a mean's.</summary>
    private const double NinetyFive = 1.96;
    private const double MedianOverMean = 1.2533;

    private readonly PlateauRule rule;
    private readonly double airMmHg;
    private readonly double? siteLimitS;
    private readonly long? placedAtNs;
    private readonly TensionMedians medians;
    private readonly TensionWindow window;
    private readonly TensionJump jump;
    private readonly PlateauForecast forecast;
    private readonly int fewestInResult;
    private PlateauPhase phase = PlateauPhase.OffSkin;
    private PlateauFlags flags;
    private PlateauResult? answer;
    private long nowNs = long.MinValue;
    private long? appliedNs;
    private long? warmFromNs;
    private long? steadyFromNs;
    private bool seen;
    private double? slopeMmHgPerMin;
    private bool? heaterReady;
    private bool touched;
    private bool over;

    /// <param name="airPointMmHg">Air point of this electrode at this room's pressure (<see cref="AirPoint"/>), mmHg; null where no barometer was read.</param>
    /// <param name="siteLimitS">The device's own limit at one place, s; null where it is not known.</param>
    /// <param name="placedAtNs">When the step began: the electrode may have sat there, warm, from then on. Time at one place counts from it, whatever the readings
    /// say; null counts from the first reading on the skin.</param>
    public Plateau(PlateauRule rule, double? airPointMmHg = null, double? siteLimitS = null, long? placedAtNs = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        (this.rule, this.siteLimitS, this.placedAtNs) = (rule, siteLimitS, placedAtNs);
        airMmHg = airPointMmHg ?? rule.AirPointMmHg;
        medians = new TensionMedians(rule.MedianS, rule.GapS);
        window = new TensionWindow(rule.WindowS, rule.MedianS);
        jump = new TensionJump(rule.JumpMmHg, rule.MedianS);
        forecast = new PlateauForecast(rule.ForecastFromS, rule.ForecastToS, rule.MedianS);
        fewestInResult = (int)(rule.ResultS / rule.MedianS + 0.5) - 1;
    }

    /// <summary>Where the measurement stands.</summary>
    public PlateauPhase Phase => phase;

    /// <summary>Where the value may settle; null once there is an answer. For the screen only.</summary>
    public ScreenForecast? Forecast => answer is null && phase is PlateauPhase.Warming or PlateauPhase.Settling ? forecast.Now(airMmHg) : null;

    /// <summary>Slope of the window that is judged, mmHg/min; null while it is not whole. For the screen only.</summary>
    public double? SlopeMmHgPerMin => slopeMmHgPerMin;

    /// <summary>Before this no answer can come; null where warming has not begun. For the screen only.</summary>
    public long? WarmAtNs => warmFromNs + (long)(rule.WarmUpS * 1e9);

    /// <summary>The answer as of the last record; asking changes nothing.</summary>
    public PlateauResult Result => answer is { } given
        ? given with { Phase = phase, Flags = given.Flags | flags }
        : new PlateauResult(StateWithoutAnswer, phase, null, null, null, null, flags, warmFromNs ?? 0, Math.Max(nowNs, 0));

    /// <summary>One reading, mmHg. A time that goes back, or a value that is no number, is left out.</summary>
    public void Take(long atNs, double mmHg)
    {
        if (atNs < nowNs || !double.IsFinite(mmHg))
        {
            return;
        }

        Tick(atNs);
        medians.Add(atNs, mmHg);
        jump.Add(atNs, mmHg);
        appliedNs ??= atNs;
        warmFromNs ??= heaterReady == false ? null : atNs;
    }

    /// <summary>Time went on; without readings a gap shows here.</summary>
    public void Tick(long atNs)
    {
        if (atNs < nowNs)
        {
            return;
        }

        nowNs = atNs;
        while (medians.TryNext(atNs, out TensionMedian median))
        {
            Judge(median);
        }

        if (medians.TryGap(atNs))
        {
            Missed();
        }

        WatchSite(atNs);
    }

    /// <summary>The line was lost: nothing is judged across it.</summary>
    public void Gap(long atNs)
    {
        Tick(atNs);
        medians.Restart();
        Missed();
    }

    /// <summary>The device says that the heater reached its set point: warming counts from the next reading. Saying it again changes nothing.</summary>
    public void HeaterReady(long atNs)
    {
        Tick(atNs);
        if (heaterReady != true)
        {
            heaterReady = true;
            Restart(PlateauPhase.Warming, PlateauFlags.None);
        }
    }

    /// <summary>The device says that the heater is not, or no longer, at its set point: readings do not count. Saying it again changes nothing.</summary>
    public void HeaterOff(long atNs)
    {
        Tick(atNs);
        if (heaterReady != false)
        {
            heaterReady = false;
            Restart(PlateauPhase.HeaterOff, warmFromNs is null ? PlateauFlags.None : PlateauFlags.HeaterOff);
        }
    }

    /// <summary>The electrode was lifted (the technician or the device says so). It counts as applied again with the next reading.</summary>
    public void LiftOff(long atNs)
    {
        Tick(atNs);
        Restart(PlateauPhase.OffSkin, PlateauFlags.LiftOff);
    }

    private MeasurementState StateWithoutAnswer => phase switch
    {
        PlateauPhase.AirLeak or PlateauPhase.SensorFault => MeasurementState.Unreadable,
        PlateauPhase.OffSkin => nowNs == long.MinValue ? MeasurementState.Running : MeasurementState.Unreadable,
        PlateauPhase.SiteLimit => MeasurementState.NotObtainable,
        _ => IsLate(nowNs) ? MeasurementState.Unreadable : MeasurementState.Running,
    };

    private bool IsLate(long atNs) => warmFromNs is { } from && atNs - from >= rule.GiveUpS * 1e9;

    private void Judge(in TensionMedian median)
    {
        if (over || heaterReady == false)
        {
            return;
        }

        if (median.MmHg is { } mmHg && !IsGood(median, mmHg))
        {
            return;
        }

        touched = true;
        seen |= median.MmHg.HasValue;
        forecast.Add(median.MmHg);
        bool whole = window.Add(median);
        slopeMmHgPerMin = whole ? window.Slope : null;
        if (warmFromNs is not { } from || median.ToNs - from < rule.WarmUpS * 1e9)
        {
            phase = PlateauPhase.Warming;
            return;
        }

        phase = answer is null ? PlateauPhase.Settling : phase;
        Decide(median.ToNs, whole);
    }

    /// <summary>Not air, no jump, no fault; else what was so far is let go.</summary>
    private bool IsGood(in TensionMedian median, double mmHg)
    {
        bool first = !seen && phase == PlateauPhase.OffSkin;
        if (mmHg < rule.FloorMmHg)
        {
            Restart(PlateauPhase.SensorFault, PlateauFlags.SensorFault);
            return false;
        }

        if (mmHg >= airMmHg - rule.AirMarginMmHg)
        {
            // before its first contact the electrode reads air: that is no leak
            Restart(first ? PlateauPhase.OffSkin : PlateauPhase.AirLeak, first ? PlateauFlags.None : PlateauFlags.AirLeak);
            return false;
        }

        // in the first minutes the value falls from air to skin: only a rise is a jump there
        if (jump.Ends(median.ToNs, mmHg, mayFall: phase == PlateauPhase.Warming))
        {
            Restart(PlateauPhase.AirLeak, PlateauFlags.AirLeak);
            return false;
        }

        return true;
    }

    private void Decide(long atNs, bool whole)
    {
        bool steady = whole && Math.Abs(window.Slope) <= rule.SlopeMmHgPerMin
            && window.Range <= Math.Max(rule.RangeMmHg, rule.RangeShare * window.Level);
        if (answer is not null)
        {
            if (whole && Math.Abs(window.Slope) > rule.WithdrawSlopeMmHgPerMin)
            {
                (answer, steadyFromNs, phase) = (null, null, PlateauPhase.Settling);
                flags |= PlateauFlags.Withdrawn;
            }
        }
        else if (steady)
        {
            steadyFromNs ??= atNs;
            if (atNs - steadyFromNs >= rule.HoldS * 1e9)
            {
                Answer(atNs, PlateauPhase.Plateau, PlateauFlags.None);
            }
        }
        else
        {
            steadyFromNs = null;
        }

        if (answer is null && whole && IsLate(atNs))
        {
            Answer(atNs, PlateauPhase.NoPlateau, PlateauFlags.NoPlateau);
            over = true;
        }
    }

    private void Answer(long atNs, PlateauPhase reached, PlateauFlags with)
    {
        if (window.MedianAfter(atNs - (long)(rule.ResultS * 1e9), fewestInResult) is not { } mmHg)
        {
            return;
        }

        phase = reached;
        double value = Math.Max(mmHg, 0);
        double scatter = NinetyFive * MedianOverMean * window.Scatter / Math.Sqrt(rule.ResultS / rule.MedianS);
        double drift = window.Slope * rule.DriftMin;
        double gain = rule.GainHalfWidth * value;
        double zero = rule.ZeroHalfWidthMmHg;
        answer = new PlateauResult(
            MeasurementState.Measured,
            phase,
            value,
            Math.Sqrt(scatter * scatter + drift * drift + gain * gain + zero * zero),
            window.Slope,
            atNs,
            with,
            atNs - (long)(rule.WindowS * 1e9),
            atNs)
        {
            Uncertain = new UncertaintyParts(
            [
                new(UncertaintySource.Noise, scatter), new(UncertaintySource.Drift, Math.Abs(drift)), new(UncertaintySource.Device, Math.Sqrt(gain * gain + zero * zero)),
            ]),
        };
    }

    private void Missed()
    {
        flags |= appliedNs is null ? PlateauFlags.None : PlateauFlags.Gap;
        window.Clear();
        (seen, steadyFromNs, slopeMmHgPerMin) = (false, null, null);
        jump.Restart();
    }

    /// <summary>What was so far says nothing about what comes: warming begins with the next reading. An answer given before stands, and the measurement is over.</summary>
    private void Restart(PlateauPhase into, PlateauFlags because)
    {
        if (over)
        {
            return;
        }

        flags |= because;
        over = answer is not null;
        phase = over ? phase : into;
        medians.Restart();
        window.Clear();
        forecast.Restart();
        (seen, steadyFromNs, warmFromNs, slopeMmHgPerMin) = (false, null, null, null);
        jump.Restart();
        appliedNs = touched ? appliedNs : null;
    }

    private void WatchSite(long atNs)
    {
        double atPlaceS = (placedAtNs ?? appliedNs) is { } applied ? (atNs - applied) * 1e-9 : 0;
        if (atPlaceS > rule.SiteWarningS)
        {
            flags |= PlateauFlags.SiteTimeWarning;
        }

        if (siteLimitS is { } limit && atPlaceS >= limit && !flags.HasFlag(PlateauFlags.SiteTimeLimit))
        {
            flags |= PlateauFlags.SiteTimeLimit;
            phase = answer is null ? PlateauPhase.SiteLimit : phase;
            over = true;
        }
    }
}
