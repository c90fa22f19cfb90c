using Vascular.Processing.Angiography;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>The aid counts tubes of known width; what is no tube it does not count.</summary>
public class VesselDensityTests
{
    private const int Side = 160;

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void Parallel_tubes_cover_the_share_they_cover_to_a_pixel_at_each_side(int width)
    {
        double one = Share(Tubes(width, 40)), twice = Share(Tubes(width, 20));
        Assert.InRange(one, (width - 2) / 40.0, (width + 2) / 40.0);
        Assert.InRange(twice / one, 1.95, 2.05);
    }

    [Fact]
    public void The_direction_of_a_tube_does_not_matter()
    {
        float[] across = Tubes(5, 40), down = new float[Side * Side];
        for (int row = 0; row < Side; row++)
        {
            for (int column = 0; column < Side; column++)
            {
                down[column * Side + row] = across[row * Side + column];
            }
        }

        Assert.Equal(Share(across), Share(down), 6);
    }

    [Fact]
    public void Empty_noise_a_blush_and_an_edge_are_no_vessels()
    {
        var random = new Random(3);
        Assert.Equal(0, Share(new float[Side * Side]));
        Assert.InRange(Share([.. Enumerable.Range(0, Side * Side).Select(_ => (float)(0.02 * (random.NextDouble() - 0.5)))]), 0, 0.001);
        Assert.InRange(Share(Filled((row, column) => 0.3 * Math.Exp(-(Math.Pow(row - 80, 2) + Math.Pow(column - 80, 2)) / (2 * 40 * 40)))), 0, 0.001);
        // the dark side of an edge bends upwards: less than the width of the finest scale is taken for a ridge
        Assert.InRange(Share(Filled((_, column) => column < 80 ? 0.3 : 0)), 0, 0.08);
    }

    [Fact]
    public void Densities_without_a_natural_unit_give_no_aid()
    {
        var phantom = new XaPhantom(XaPhantom.Even(60, 5), 64, 64) { Bone = 0, Logarithmic = true };
        phantom.Vessels.Add((20, 4, 5, 56, XaPhantom.Gamma(0.4, 2, 3, 0.8)));
        (SubtractedRun? run, _) = SubtractedRun.Of(phantom.Description, phantom);
        Assert.Null(VesselDensity.Of(run!, IntensityRelationship.Logarithmic));
        var natural = new XaPhantom(XaPhantom.Even(60, 5), 64, 64) { Bone = 0, Noise = 0.01 };
        natural.Vessels.Add((20, 4, 5, 56, XaPhantom.Gamma(0.4, 2, 3, 0.8)));
        (run, _) = SubtractedRun.Of(natural.Description, natural);
        VesselDensity aid = VesselDensity.Of(run!, IntensityRelationship.Linear)!;
        Assert.InRange(aid.Share(PixelRegion.Rectangle(2, 8, 60, 48, 64, 64)), 3 / 60.0, 7.5 / 60);
    }

    [Fact]
    public void Map_colours_grow_lighter_step_by_step_and_the_scale_leaves_the_tails_out()
    {
        double before = -1;
        for (int k = 0; k < 256; k++)
        {
            ReadOnlySpan<byte> rgb = MapColours.Table.Slice(3 * k, 3);
            double light = 0.2126 * Math.Pow(rgb[0] / 255.0, 2.2) + 0.7152 * Math.Pow(rgb[1] / 255.0, 2.2) + 0.0722 * Math.Pow(rgb[2] / 255.0, 2.2);
            Assert.True(light >= before - 1e-3, $"step {k}");
            before = light;
        }

        float[] values = [.. Enumerable.Range(0, 1000).Select(k => (float)k), .. Enumerable.Repeat(float.NaN, 500)];
        MapScale scale = MapScale.Of(values)!.Value;
        Assert.Equal((1000, 19.0, 980.0), (scale.Pixels, scale.Low, scale.High));
        Assert.Equal((0, 0, 255, 255), (scale.Step(0), scale.Step(19), scale.Step(980), scale.Step(999)));
        Assert.Null(MapScale.Of([float.NaN]));
        Assert.Equal(128, MapScale.Of([4f, 4f])!.Value.Step(4));
    }

    private static double Share(float[] picture) => VesselDensity.Of(picture, Side, Side).Share(PixelRegion.Rectangle(20, 20, 120, 120, Side, Side));

    /// <summary>Tubes of a width every so many pixels, as deep as a tube is: 0.4 in the middle.</summary>
    private static float[] Tubes(int width, int every) => Filled((_, column) =>
    {
        double off = ((column + every / 2) % every - every / 2) / (width / 2.0);
        return Math.Abs(off) < 1 ? 0.4 * Math.Sqrt(1 - off * off) : 0;
    });

    private static float[] Filled(Func<int, int, double> density) => [.. from row in Enumerable.Range(0, Side) from column in Enumerable.Range(0, Side) select (float)density(row, column)];
}
