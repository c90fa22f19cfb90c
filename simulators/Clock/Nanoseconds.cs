namespace Vascular.Simulators.Clock;

/// <summary>Seconds and milliseconds of a scenario in the nanoseconds of the clock.</summary>
public static class Nanoseconds
{
    public const long PerSecond = 1_000_000_000;

    public static long FromSeconds(double seconds) => (long)(seconds * PerSecond);

    public static long FromMilliseconds(double milliseconds) => (long)(milliseconds * 1_000_000);

    public static double ToSeconds(long nanoseconds) => nanoseconds / (double)PerSecond;
}
