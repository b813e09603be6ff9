namespace MiniKernel.Core;

/// <summary>What is wrong with something that was to be freed.</summary>
/// <param name="Headline">In words.</param>
/// <param name="About">What it is, was, or lies in; null when nobody knows.</param>
/// <param name="IsDoubleFree">True when it was freed before.</param>
internal readonly record struct Diagnosis(string Headline, LiveObject? About = null, bool IsDoubleFree = false)
{
    /// <summary>The words with the history of what it is about.</summary>
    public string Text => About is null ? Headline : $"{Headline}\n{About.History}";

    public static implicit operator Diagnosis(string headline) => new(headline);

    public static Diagnosis DoubleFree(LiveObject freed, string what) => new($"double free of {what}", freed, IsDoubleFree: true);
}
