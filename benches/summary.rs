//! The words in which all benchmarks tell their figures.

/// Median, least and most.
pub fn summary(mut values: Vec<f64>, digits: usize) -> String {
    values.sort_by(f64::total_cmp);
    let (least, median, most) = (values[0], values[values.len() / 2], values[values.len() - 1]);
    format!("median {median:.digits$} (least {least:.digits$}, most {most:.digits$})")
}

/// The 99th percentile.
pub fn percentile(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) * 99 / 100]
}
