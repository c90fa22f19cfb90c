using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>A study larger than the memory it may cost, through the real Orthanc. Alone: what is measured is this process.</summary>
[Collection("console")]
public sealed class StreamingTests
{
    private const int Rows = 512, Columns = 512;
    private const long MostExtra = 64 << 20;

    [Fact]
    public Task A_study_is_read_frame_by_frame_in_a_part_of_its_size() => ReadAsync(pictures: 3, framesEach: 64);

    [Fact]
    [Trait("Category", "Long")]
    public Task A_study_of_two_gigabytes_is_read_frame_by_frame_in_64_MiB() => ReadAsync(pictures: 16, framesEach: 256);

    private static async Task ReadAsync(int pictures, int framesEach)
    {
        await using ArchiveStage stage = await ArchiveStage.StartAsync();
        List<string> files = [];
        for (int picture = 0; picture < pictures; picture++)
        {
            files.Add(Path.Combine(stage.Folder, $"{picture}.dcm"));
            Sparse(files[^1], framesEach, picture);
        }

        foreach (string file in files)
        {
            (int exit, string output) = await stage.SendAsync(file);
            Assert.True(exit == 0, output);
            File.Delete(file);
        }

        IReadOnlyList<ArchivedPicture> held;
        do
        {
            // a slow disk may let a study look complete in between: the last version counts
            await stage.SaidAsync("study-new", "study-grown");
            held = await stage.Studies.PicturesAsync("2.25.2", default);
        }
        while (held.Count < pictures);

        // what is left of the sending is given back first: it would hide what the reading takes
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long before = Environment.WorkingSet, most = 0, bytes = 0;
        foreach (ArchivedPicture picture in held)
        {
            XaImage image = await stage.Archive.Images.DescribeAsync(picture.Study, picture.Series, picture.Instance, default);
            await stage.Archive.Images.ReadFramesAsync(
                image,
                (frame, pixels, _) =>
                {
                    bytes += pixels.Length;
                    most = Math.Max(most, Environment.WorkingSet - before);
                    return ValueTask.CompletedTask;
                },
                default);
        }

        Assert.Equal(2L * Rows * Columns * framesEach * pictures, bytes);
        Assert.True(most <= MostExtra, $"{most >> 20} MiB beyond the {before >> 20} MiB before, for {bytes >> 20} MiB of frames");
        Console.Error.WriteLine($"{bytes >> 20} MiB of frames with {most >> 20} MiB of memory beyond the {before >> 20} MiB before");
    }

    /// <summary>One frame is written; the others are a hole in the file.</summary>
    private static void Sparse(string file, int frames, int picture)
    {
        XaFile.Write(file, 1, Rows, Columns, "LIN", [(0x00181063, "DS", "200")], [(0x00080018, "UI", $"2.25.3{picture}"), (0x0020000D, "UI", "2.25.2"), (0x0020000E, "UI", "2.25.21"), (0x00200062, "CS", "R")], (_, _, column) => (ushort)column);
        XaFile.Lengthen(file, frames, 2 * Rows * Columns);
    }
}
