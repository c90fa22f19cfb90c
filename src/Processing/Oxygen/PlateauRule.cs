namespace Vascular.Processing.Oxygen;

/// <summary>Constants of the TcPO2 plateau. All [D]: no standard was found; practice is 10 to 20 minutes [R].</summary>
public sealed record PlateauRule
{
    /// <summary>No answer before this long after the heater reached its set point (application where the device does not say), s.</summary>
    public required double WarmUpS { get; init; }

    /// <summary>The last word without a plateau falls this long after the same moment, s.</summary>
    public required double GiveUpS { get; init; }

    /// <summary>Length of the medians that everything works on, s.</summary>
    public required double MedianS { get; init; }

    /// <summary>Length of the window that is judged, s.</summary>
    public required double WindowS { get; init; }

    /// <summary>Largest Theil-Sen slope of a plateau, mmHg/min, either way.</summary>
    public required double SlopeMmHgPerMin { get; init; }

    /// <summary>Beyond this slope a plateau is withdrawn, mmHg/min, either way.</summary>
    public required double WithdrawSlopeMmHgPerMin { get; init; }

    /// <summary>Largest 5 to 95 % range of the window, mmHg.</summary>
    public required double RangeMmHg { get; init; }

    /// <summary>The same as a share of the value, where that is more.</summary>
    public required double RangeShare { get; init; }

    /// <summary>How long the window must stay so before a plateau is announced, s.</summary>
    public required double HoldS { get; init; }

    /// <summary>The value is the median of this long before the answer, s.</summary>
    public required double ResultS { get; init; }

    /// <summary>A larger change within the length of one median is an air leak, mmHg.</summary>
    public required double JumpMmHg { get; init; }

    /// <summary>So near to the air point, or above it, the electrode reads air, mmHg.</summary>
    public required double AirMarginMmHg { get; init; }

    /// <summary>Air point where no barometer was read, mmHg.</summary>
    public required double AirPointMmHg { get; init; }

    /// <summary>Down to here a value under 0 is printed as 0; lower is a fault of the sensor, mmHg.</summary>
    public required double FloorMmHg { get; init; }

    /// <summary>Longer than this without a reading is a gap, s.</summary>
    public required double GapS { get; init; }

    /// <summary>After this a person is warned that the electrode has been at one place (burns), s.</summary>
    public required double SiteWarningS { get; init; }

    /// <summary>95 % half width of the zero point, mmHg.</summary>
    public required double ZeroHalfWidthMmHg { get; init; }

    /// <summary>95 % half width of the air calibration, as a share of the value.</summary>
    public required double GainHalfWidth { get; init; }

    /// <summary>Time constant with which the value may still be settling, min: what is left to fall is the slope times it, a part of the uncertainty.
    /// Three to five minutes fit the published course (0.8 % from minute 14 to 15 [V] Chiang 2018).</summary>
    public required double DriftMin { get; init; }

    /// <summary>Shortest and longest time constant of the forecast for the screen, s.</summary>
    public required double ForecastFromS { get; init; }

    public required double ForecastToS { get; init; }
}
