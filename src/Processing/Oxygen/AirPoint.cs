namespace Vascular.Processing.Oxygen;

/// <summary>What a TcPO2 electrode must read in air: the calibration point, from a barometer at the site.</summary>
/// <remarks>
/// <c>pO2 = 0.2095 × (Pbaro − pH2O)</c>, a physical relation; [D] for its use, never with sea-level pressure in place of a reading. Which water vapour to
/// take off depends on the device: dry or room air, or saturated at the electrode's temperature as in the 1977 electrode paper [V]; at 760 mmHg that
/// is 159.2, 157.1 or 145.7 mmHg. Water vapour by Magnus: <c>6.112 × exp(17.62 t / (243.12 + t))</c> hPa at saturation.
/// </remarks>
/// <param name="WaterVapourMmHg">Partial pressure of water vapour, mmHg.</param>
/// <param name="OxygenMmHg">The calibration point, mmHg.</param>
public readonly record struct AirPoint(double WaterVapourMmHg, double OxygenMmHg)
{
    /// <summary>Share of oxygen in dry air.</summary>
    public const double OxygenShare = 0.2095;

    /// <summary>Barometer readings taken for one, mmHg [D]: from the highest towns to a small overpressure.</summary>
    public const int LowestBarometerMmHg = 300;
    public const int HighestBarometerMmHg = 900;

    /// <summary>Range of the water's temperature in which Magnus is used here, °C [D].</summary>
    public const int LowestCelsius = 0;
    public const int HighestCelsius = 60;

    private const double MmHgPerHectopascal = 0.750062;

    /// <param name="barometerMmHg">Pressure of the air at the site, mmHg, 300 to 900.</param>
    /// <param name="celsius">Temperature of the water vapour: of the room, or of the electrode where it is saturated there, 0 to 60 °C.</param>
    /// <param name="humidityPercent">Relative humidity at that temperature, 0 to 100 %.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range or not a number.</exception>
    public static AirPoint Of(double barometerMmHg, double celsius, double humidityPercent)
    {
        Check(barometerMmHg, LowestBarometerMmHg, HighestBarometerMmHg, nameof(barometerMmHg));
        Check(celsius, LowestCelsius, HighestCelsius, nameof(celsius));
        Check(humidityPercent, 0, 100, nameof(humidityPercent));
        double saturatedHectopascal = 6.112 * Elementary.Exp(17.62 * celsius / (243.12 + celsius));
        double water = saturatedHectopascal * MmHgPerHectopascal * humidityPercent / 100;
        return new AirPoint(water, OxygenShare * (barometerMmHg - water));
    }

    private static void Check(double value, double from, double to, string name)
    {
        if (!(value >= from && value <= to))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{from} to {to}.");
        }
    }
}
